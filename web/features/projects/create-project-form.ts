import { useNavigate } from "@solidjs/router";
import { useMutation, useQueryClient } from "@tanstack/solid-query";
import { createSignal } from "solid-js";
import { createStore } from "solid-js/store";
import { type ProjectResponse, projectRequest } from "#contract/project.ts";
import { ApiError, describeError, type FieldErrors } from "../../api/api-error.ts";
import { createProject, projectsKey } from "../../api/projects.ts";
import { keepPendingFile } from "../data/pending-file.ts";
import { checkProject, type ProjectField } from "./check-project.ts";
import { readHead } from "./read-head.ts";
import { type ColumnProposal, sniffColumns } from "./sniff-columns.ts";

/** The form of a new project: filled in by hand, or from the head of a file that is then uploaded. */
export function createProjectForm() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [values, setValues] = createStore({ name: "", user_column: "", item_column: "", time_column: "" });
  const [file, setFile] = createSignal<File | null>(null);
  const [proposal, setProposal] = createSignal<ColumnProposal | null>(null);
  const [problems, setProblems] = createSignal<FieldErrors>({});

  const mutation = useMutation(() => ({
    mutationFn: createProject,
    onSuccess: (project: ProjectResponse) => {
      void client.invalidateQueries({ queryKey: projectsKey });
      const chosen = file();
      if (chosen) keepPendingFile(project.id, chosen);
      navigate(`/projects/${project.id}${chosen ? "/data" : ""}`);
    },
  }));

  async function chooseFile(chosen: File): Promise<void> {
    setFile(chosen);
    const found = sniffColumns(await readHead(chosen).catch(() => ""));
    setProposal(found);
    if (!found) return;
    setValues({
      user_column: found.user ?? "",
      item_column: found.item ?? "",
      time_column: found.time ?? "",
    });
    if (!values.name) setValues("name", nameOfFile(chosen.name));
  }

  function submit(): void {
    const found = checkProject(values);
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    mutation.mutate(projectRequest.parse({ ...values, time_column: values.time_column.trim() || null }));
  }

  const refused = () => (mutation.error instanceof ApiError ? mutation.error.fields : {});
  return {
    values,
    setValue: (field: ProjectField, value: string) => setValues(field, value),
    file,
    proposal,
    chooseFile,
    dropFile: () => {
      setFile(null);
      setProposal(null);
    },
    errorsOf: (field: ProjectField) => problems()[field] ?? refused()[field],
    formError: () =>
      mutation.error && Object.keys(refused()).length === 0 ? describeError(mutation.error) : null,
    busy: () => mutation.isPending,
    submit,
  };
}

/** `ml-100k.csv.gz` → `ml-100k`. */
function nameOfFile(filename: string): string {
  return filename.replace(/(\.[a-z]{2,6}){1,2}$/i, "") || filename;
}
