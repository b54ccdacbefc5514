import { describe, expect, it } from "vitest";
import {
  type CallValues,
  curlOf,
  firstParameters,
  missingParameters,
  requestOf,
  urlOfCall,
} from "../../../web/docs/call.ts";
import type { Operation } from "../../../web/docs/openapi.ts";

function operation(overrides: Partial<Operation> = {}): Operation {
  return {
    ...{ id: "thing_retrieve", method: "GET", path: "/api/v1/thing/{id}/", summary: "", description: null },
    parameters: [
      { name: "id", in: "path", required: true },
      { name: "search", in: "query" },
      { name: "X-Trace", in: "header" },
    ],
    body: null,
    responses: [],
    ...overrides,
  };
}

function values(overrides: Partial<CallValues> = {}): CallValues {
  return { parameters: {}, body: "", form: {}, key: "", ...overrides };
}

describe("a form", () => {
  it("begins with the project that is open in this browser, where the path has one", () => {
    const at = (path: string, project: number | null) => firstParameters(operation({ path }), project);
    expect(at("/inference/predict/project/{project_id}", 7)).toEqual({ project_id: "7" });
    expect(at("/api/v1/project/{id}/serving/", 7)).toEqual({ id: "7" });
    expect(at("/api/v1/trained_model/{id}/", 7)).toEqual({});
    expect(at("/api/v1/project/{id}/", null)).toEqual({});
  });
});

describe("a call", () => {
  it("puts each parameter where it belongs, and leaves blank ones out", () => {
    const given = values({ parameters: { id: "a/b", search: "x & y", "X-Trace": "t1" } });
    expect(urlOfCall(operation(), given)).toBe("/api/v1/thing/a%2Fb/?search=x+%26+y");
    expect(requestOf(operation(), given).headers).toMatchObject({ "X-Trace": "t1" });
    expect(urlOfCall(operation(), values({ parameters: { id: "7", search: " " } }))).toBe("/api/v1/thing/7/");
  });

  it("names the parameters that the address requires", () => {
    expect(missingParameters(operation(), values())).toEqual(["id"]);
    expect(missingParameters(operation(), values({ parameters: { id: "7" } }))).toEqual([]);
  });

  it("uses only the key if one is given, without the session's cookies", () => {
    expect(requestOf(operation(), values({ key: " k1 " }))).toMatchObject({
      credentials: "omit",
      headers: { "X-API-Key": "k1" },
    });
    expect(requestOf(operation(), values())).toMatchObject({ credentials: "same-origin" });
  });

  it("sends forms with their files", () => {
    const body = { type: "multipart/form-data", schema: {} };
    const file = new File(["a,b\n"], "it's.csv");
    const given = values({ form: { project: "3", note: "", file } });
    const sent = requestOf(operation({ method: "POST", body }), given).body as FormData;
    expect([...sent.keys()]).toEqual(["project", "file"]);
    expect(curlOf("http://x", operation({ method: "POST", parameters: [], path: "/up/", body }), given)).toBe(
      [
        "curl -X POST 'http://x/up/'",
        "-H 'Authorization: Bearer TOKEN'",
        "-F 'project=3'",
        `-F 'file=@it'\\''s.csv'`,
      ].join(" \\\n  "),
    );
  });

  it("writes JSON in one line, as a command that a shell takes", () => {
    const body = { type: "application/json", schema: {} };
    const given = values({ body: '{\n  "name": "it\'s"\n}', key: "k1" });
    expect(curlOf("http://x", operation({ method: "POST", parameters: [], path: "/p/", body }), given)).toBe(
      [
        "curl -X POST 'http://x/p/'",
        "-H 'X-API-Key: k1'",
        "-H 'Content-Type: application/json'",
        `-d '{"name":"it'\\''s"}'`,
      ].join(" \\\n  "),
    );
  });
});
