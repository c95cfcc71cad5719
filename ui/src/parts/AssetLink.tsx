import type { AnchorProps } from "@mantine/core";
import { TextLink } from "~/parts/links";

/** An asset's key, which leads to its page: the last part of it is what people look for. */
export function AssetLink({ assetKey, ...rest }: { assetKey: string } & AnchorProps) {
  const cut = assetKey.lastIndexOf("/") + 1;
  return (
    <TextLink to="/asset/$" params={{ _splat: assetKey }} style={{ overflowWrap: "anywhere" }} {...rest}>
      {assetKey.slice(0, cut)}
      <span style={{ fontWeight: 600 }}>{assetKey.slice(cut)}</span>
    </TextLink>
  );
}
