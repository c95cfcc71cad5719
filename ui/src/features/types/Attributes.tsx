import { Badge, Button, Code, Group, Stack, Text } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { Link, useLocation } from "@tanstack/react-router";
import { createContext, useContext, useEffect, useRef, useState } from "react";
import styles from "~/features/types/TypePage.module.css";
import type { Attribute, TypeDetail } from "~/features/types/useTypes";
import { Variables } from "~/features/types/Variables";
import { Prose } from "~/parts/Prose";

type Models = ReadonlyMap<string, TypeDetail["models"][number]>;

const ModelsOfType = createContext<Models>(new Map());

/** The attributes of a type, with those of the objects that they hold. */
export function Attributes({ type }: { type: TypeDetail }) {
  return (
    <ModelsOfType value={new Map(type.models.map((each) => [each.name, each]))}>
      <AttributeList attributes={type.attribute_list} around="" />
    </ModelsOfType>
  );
}

/** What has to be said first, the rest in the order of the class. */
function AttributeList({ attributes, around }: { attributes: Attribute[]; around: string }) {
  const inOrder = [...attributes].sort((one, other) => Number(other.required) - Number(one.required));
  return (
    <ul className={styles.attributes}>
      {inOrder.map((each) => (
        <AttributeItem key={each.name} attribute={each} path={`${around}${each.name}`} />
      ))}
    </ul>
  );
}

function AttributeItem({ attribute, path }: { attribute: Attribute; path: string }) {
  const hash = useLocation({ select: (location) => location.hash });
  const isTarget = hash === path;
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isTarget) item.current?.scrollIntoView();
  }, [isTarget]);
  return (
    <li ref={item} id={path} className={styles.attribute} data-target={isTarget}>
      <div className={styles.about}>
        <Head attribute={attribute} path={path} />
        {attribute.deprecated !== null && (
          <Text size="sm" c="orange.8" mt={4}>
            Deprecated{attribute.deprecated && `: ${attribute.deprecated}`}
          </Text>
        )}
        {attribute.ignored !== null && (
          <Text size="sm" c="dimmed" mt={4}>
            Accepted, and means nothing here: {attribute.ignored}
          </Text>
        )}
        {attribute.description && (
          <div style={{ marginTop: 6 }}>
            <Prose text={attribute.description} />
          </div>
        )}
        <Details attribute={attribute} />
      </div>
      {attribute.models.map((each) => (
        <Nested
          key={each}
          model={each}
          path={path}
          isNamed={attribute.models.length > 1}
          isNeeded={hash.startsWith(`${path}.`)}
        />
      ))}
    </li>
  );
}

function Head({
  attribute: { name, type, required, default: usual },
  path,
}: {
  attribute: Attribute;
  path: string;
}) {
  return (
    <Group gap={8} align="baseline">
      <Link to="." hash={path} className={styles.name} title={`Link to ${path}`}>
        {name}
      </Link>
      <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {type}
      </Text>
      {required && (
        <Badge size="xs" radius="sm" color="red" variant="light" tt="none">
          required
        </Badge>
      )}
      {usual !== null && (
        <Text size="sm" c="dimmed">
          default <Code>{usual}</Code>
        </Text>
      )}
    </Group>
  );
}

function Details({ attribute }: { attribute: Attribute }) {
  const { limits, examples, other_names, scope, takes_any_variable } = attribute;
  return (
    <Stack gap={4} mt={limits.length + examples.length + other_names.length + scope.length > 0 ? 6 : 0}>
      <Fact title="Has to be">{limits.length > 0 && limits.join(", ")}</Fact>
      <Fact title="For example">
        {examples.length > 0 &&
          examples.map((each) => (
            <Code key={each} mr={6} style={{ overflowWrap: "anywhere" }}>
              {each}
            </Code>
          ))}
      </Fact>
      <Fact title="Also written as">
        {other_names.length > 0 &&
          other_names.map((each) => (
            <Code key={each} mr={6}>
              {each}
            </Code>
          ))}
      </Fact>
      {takes_any_variable && <Fact title="Templates may name">whatever is there when they are rendered</Fact>}
      {scope.length > 0 && <Variables variables={scope} title="Its templates may also name" />}
    </Stack>
  );
}

function Fact({ title, children }: { title: string; children: React.ReactNode }) {
  if (!children) return null;
  return (
    <Text size="xs" c="dimmed" component="div">
      {title}: {children}
    </Text>
  );
}

type NestedProps = { model: string; path: string; isNamed: boolean; isNeeded: boolean };

/** The attributes of an object that an attribute holds; unfolded when somebody wants to see one of them. */
function Nested({ model, path, isNamed, isNeeded }: NestedProps) {
  const found = useContext(ModelsOfType).get(model);
  const [isOpen, setOpen] = useState(isNeeded);
  useEffect(() => {
    if (isNeeded) setOpen(true);
  }, [isNeeded]);
  if (found === undefined) return null;
  const count = found.attributes.length;
  return (
    <div style={{ marginTop: 8 }}>
      <Button
        variant="default"
        size="compact-xs"
        leftSection={
          isOpen ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />
        }
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? "Hide" : "Show"} {count === 1 ? "its attribute" : `its ${count} attributes`}
        {isNamed && ` as ${model}`}
      </Button>
      {isOpen && (
        <div className={styles.nested}>
          <AttributeList attributes={found.attributes} around={`${path}.`} />
        </div>
      )}
    </div>
  );
}
