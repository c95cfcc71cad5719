import { queryOptions } from "@tanstack/react-query";
import { api, given } from "~/api/client";

/** The project, how loading it went, and what is wrong with it. */
export const projectQuery = queryOptions({
  queryKey: ["project"],
  queryFn: ({ signal }) => given(api.GET("/api/project", { signal })),
});
