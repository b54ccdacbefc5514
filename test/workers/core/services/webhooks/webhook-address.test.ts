import { describe, expect, it } from "vitest";
import { webhookProblem } from "#services/webhooks/webhook-address.ts";

const strict = { allowsPrivate: false };

describe("webhookProblem", () => {
  it.each([
    "https://example.com/hook",
    "https://hooks.example.co.uk:8443/a?b=c",
    "https://8.8.8.8/",
    "https://[2606:4700:4700::1111]/",
    "https://172.32.0.1/",
    "https://100.128.0.1/",
  ])("lets %s through", (url) => {
    expect(webhookProblem(url, strict)).toBeNull();
  });

  it.each([
    "https://localhost/",
    "https://LOCALHOST./",
    "https://a.localhost/",
    "https://printer/",
    "https://nas.local/",
    "https://metadata.google.internal/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[fc00::1]/",
    "https://[fd12:3456::1]/",
    "https://[fe80::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:db8::1]/",
    "https://[ff02::1]/",
  ])("refuses %s as no address of the public internet", (url) => {
    expect(webhookProblem(url, strict)).toBe("This address is not on the public internet.");
  });

  it.each([
    ["no address", "Enter a valid URL."],
    ["ftp://example.com/", "Enter a valid URL."],
    ["file:///etc/passwd", "Enter a valid URL."],
    ["http://example.com/", "The URL must begin with https://."],
    ["https://ann:secret@example.com/", "The URL must not contain a name or a password."],
  ])("refuses %s", (url, problem) => {
    expect(webhookProblem(url, strict)).toBe(problem);
  });

  it("accepts this machine where the deployment allows it, and still refuses invalid addresses", () => {
    const local = { allowsPrivate: true };
    expect(webhookProblem("http://localhost:9000/hook", local)).toBeNull();
    expect(webhookProblem("ftp://localhost/", local)).toBe("Enter a valid URL.");
  });
});
