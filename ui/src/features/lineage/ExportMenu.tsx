import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload, IconFileTypePng, IconFileTypeSvg } from "@tabler/icons-react";
import { fileName, pngBlob, save, svgBlob } from "~/graph/saving";

type Props = { title: string; draw: () => string | undefined };

/** Takes away what is seen, as a file. */
export function ExportMenu({ title, draw }: Props) {
  const take = async (ending: "svg" | "png") => {
    const svg = draw();
    if (svg === undefined) return;
    try {
      save(fileName(title, ending), ending === "svg" ? svgBlob(svg) : await pngBlob(svg));
    } catch {
      notifications.show({
        color: "red",
        message: "The picture is too large for PNG; SVG has no such limit.",
      });
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconDownload size={14} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconFileTypeSvg size={16} aria-hidden />} onClick={() => void take("svg")}>
          SVG
        </Menu.Item>
        <Menu.Item leftSection={<IconFileTypePng size={16} aria-hidden />} onClick={() => void take("png")}>
          PNG
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
