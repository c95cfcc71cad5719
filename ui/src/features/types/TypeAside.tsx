import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import styles from "~/features/types/TypePage.module.css";
import type { TypeDetail } from "~/features/types/useTypes";

/** What is on the page of a type, beside it when there is room. */
export function TypeAside({ type }: { type: TypeDetail }) {
  const attributes = [...type.attribute_list].sort(
    (one, other) => Number(other.required) - Number(one.required),
  );
  const hasNames = type.aliases.length + type.older_forms.length > 0;
  return (
    <nav className={styles.aside} aria-label="On this page">
      <Text size="xs" fw={650} mb={6}>
        On this page
      </Text>
      <Entry id="the-example" label={type.example_texts.length > 0 ? "Example" : "What has to be written"} />
      <Entry id="make-one" label="Make one" />
      <Entry id="the-attributes" label="Attributes" />
      {attributes.map(({ name }) => (
        <Entry key={name} id={name} label={name} isInner />
      ))}
      <Entry id="the-templates" label="Templates" />
      {hasNames && <Entry id="other-names" label="Other names" />}
      <Entry id="the-used" label="Used in this project" />
      {type.place !== null && <Entry id="the-source" label="Source" />}
    </nav>
  );
}

function Entry({ id, label, isInner = false }: { id: string; label: string; isInner?: boolean }) {
  return (
    <Link to="." hash={id} className={isInner ? styles.inner : styles.toc}>
      {label}
    </Link>
  );
}
