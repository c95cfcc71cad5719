import { Loader, Popover, Text, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { api, given } from "~/api/client";

// What reads Markdown is larger than everything else here, and most people know what went wrong.
const Prose = lazy(async () => ({ default: (await import("~/parts/Prose")).Prose }));

/** The code of a mistake; whoever doesn't know it is told what it means. */
export function DiagnosticCode({ code }: { code: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} width={360} shadow="md" position="bottom-start" trapFocus>
      <Popover.Target>
        <UnstyledButton
          onClick={() => setOpen(!isOpen)}
          title={`What ${code} means`}
          style={{ textDecoration: "underline dotted", textUnderlineOffset: 3 }}
        >
          <Text span size="xs" c="dimmed" ff="monospace">
            {code}
          </Text>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={`What ${code} means`}>
        {isOpen && <Meaning code={code} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Meaning({ code }: { code: string }) {
  const { data, error } = useQuery({
    queryKey: ["project", "code", code],
    queryFn: ({ signal }) =>
      given(api.GET("/api/diagnostics/{code}", { params: { path: { code } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error) return <Text size="sm">{error.message}</Text>;
  if (data === undefined) return <Loader size="sm" />;
  return (
    <>
      <Text size="sm" fw={600} mb={4} tabIndex={-1} data-autofocus style={{ outline: "none" }}>
        {code}: {data.title}
      </Text>
      <Suspense fallback={<Text size="sm">{data.text}</Text>}>
        <Prose text={data.text} />
      </Suspense>
    </>
  );
}
