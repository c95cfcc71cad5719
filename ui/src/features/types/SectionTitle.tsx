import { Link } from "@tanstack/react-router";
import styles from "~/features/types/TypePage.module.css";

/** A heading that can be linked to. */
export function SectionTitle({ id, children }: { id: string; children: string }) {
  return (
    <h2 id={id} className={styles.heading}>
      <Link to="." hash={id} className={styles.anchor}>
        {children}
      </Link>
    </h2>
  );
}
