import { Button, type ButtonProps } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlayerPlay } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import type { Asked } from "~/features/launch/LaunchDialog";
import { Allowed } from "~/parts/Allowed";

const LaunchDialog = lazy(async () => ({
  default: (await import("~/features/launch/LaunchDialog")).LaunchDialog,
}));

type Props = Asked & { label?: string } & ButtonProps;

/** Opens the dialog that asks for a run: of a selection, or of what is typed there. */
export function LaunchButton({ selection, partition, tags, config, label = "Launch a run", ...rest }: Props) {
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <>
      <Allowed needs="launcher">
        <Button size="sm" leftSection={<IconPlayerPlay size={16} aria-hidden />} {...rest} onClick={open}>
          {label}
        </Button>
      </Allowed>
      {isOpen && (
        <Suspense>
          <LaunchDialog
            close={close}
            selection={selection}
            partition={partition}
            tags={tags}
            config={config}
          />
        </Suspense>
      )}
    </>
  );
}
