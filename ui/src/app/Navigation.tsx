import { Link, useRouterState } from "@tanstack/react-router";
import { NAVIGATION } from "~/app/navigation";
import styles from "~/app/Shell.module.css";

/** The links to the pages. */
export function Navigation() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <nav aria-label="Pages">
      {NAVIGATION.map(({ title, entries }) => (
        <div key={title}>
          {title && <div className={styles.title}>{title}</div>}
          {entries.map(({ label, to, within, icon: Icon }) => (
            <Link
              key={to}
              to={to}
              className={styles.link}
              activeOptions={{ exact: to === "/" }}
              {...(within !== undefined && path.startsWith(within) && { "data-status": "active" })}
            >
              <Icon size={18} stroke={1.6} aria-hidden />
              {label}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  );
}
