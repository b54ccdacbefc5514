import { useNavigate } from "@solidjs/router";
import { useMutation, useQueryClient } from "@tanstack/solid-query";
import { createSignal } from "solid-js";
import { createStore } from "solid-js/store";
import { formatOfName, splitFileName } from "#contract/file-name.ts";
import type { ProjectRequest, ProjectResponse } from "#contract/project.ts";
import { proposeColumns } from "#reading/propose-columns.ts";
import { ApiError, describeError, type FieldErrors } from "../../api/api-error.ts";
import { createProject, projectsKey } from "../../api/projects.ts";
import { keepPendingFile } from "../data/pending-file.ts";
import { checkProject, type ProjectField, type ProjectValues } from "./check-project.ts";
import { createChosenFile } from "./create-chosen-file.ts";
import { toKnownFormat, toReadingValues } from "./reading-values.ts";

const BLANK: ProjectValues = {
  ...{ name: "", user_column: "", item_column: "", time_column: "", allowed_origins: "" },
  ...toReadingValues({}),
};
const FORMAT_FIELDS: readonly ProjectField[] = ["header", "separator", "other_separator"];

/** The form of a new project: filled in by hand, or from the head of a file that is then uploaded. */
export function createProjectForm() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [values, setValues] = createStore<ProjectValues>({ ...BLANK });
  const chosen = createChosenFile(() => toKnownFormat(values));
  const [problems, setProblems] = createSignal<FieldErrors>({});

  const mutation = useMutation(() => ({
    mutationFn: createProject,
    onSuccess: (project: ProjectResponse) => {
      void client.invalidateQueries({ queryKey: projectsKey });
      const file = chosen.file();
      if (file) keepPendingFile(project.id, file);
      navigate(`/projects/${project.id}${file ? "/data" : ""}`);
    },
  }));

  /** Fills in what the file suggests. Chosen columns stay while the file has them. */
  function propose(): void {
    const table = chosen.table();
    if (!table) return;
    const named = [values.user_column, values.item_column].filter(Boolean);
    if (named.length === 2 && named.every((column) => table.columns.includes(column))) return;
    const { user, item, time } = proposeColumns(table);
    setValues({ user_column: user ?? "", item_column: item ?? "", time_column: time ?? "" });
  }

  async function chooseFile(file: File): Promise<void> {
    setProblems({});
    await chosen.choose(file);
    propose();
    if (chosen.table() && !values.name) setValues({ name: nameOfFile(file.name) });
  }

  function withSettledSeparator(request: ProjectRequest): ProjectRequest {
    if (request.separator !== null) return request;
    const columns = [request.time_column, request.user_column, request.item_column].filter(
      (one) => one != null,
    );
    return { ...request, separator: chosen.settledSeparator(columns) };
  }

  function submit(): void {
    if (chosen.isReading() || chosen.problem() !== null) return;
    const checked = checkProject(values);
    setProblems("problems" in checked ? checked.problems : {});
    if ("request" in checked) mutation.mutate(withSettledSeparator(checked.request));
  }

  const refused = () => (mutation.error instanceof ApiError ? mutation.error.fields : {});
  return {
    values,
    setValue: (field: ProjectField, value: string) => {
      setValues({ [field]: value });
      if (!FORMAT_FIELDS.includes(field)) return;
      chosen.lookAgain();
      propose();
    },
    chosen,
    chooseFile,
    errorsOf: (field: ProjectField) => problems()[field] ?? refused()[field],
    formError: () =>
      mutation.error && Object.keys(refused()).length === 0 ? describeError(mutation.error) : null,
    busy: () => mutation.isPending || chosen.isReading(),
    submit,
  };
}

/** `ml-100k.csv.gz` → `ml-100k`; `u.data` stays, since its ending does not describe its content. */
function nameOfFile(filename: string): string {
  const { stem } = splitFileName(filename);
  return formatOfName(filename).format === null || stem === "" ? filename : stem;
}

export type ProjectForm = ReturnType<typeof createProjectForm>;
