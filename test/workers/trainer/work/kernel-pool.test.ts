import { describe, expect, it } from "vitest";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { createKernelPool } from "#trainer/work/kernel-pool.ts";

function world() {
  let made = 0;
  const pool = createKernelPool(() => {
    made++;
    return createScalarKernels();
  });
  return { pool, made: () => made };
}

describe("createKernelPool", () => {
  it("uses an instance again, empty, also after a fault", async () => {
    const { pool, made } = world();
    const failing = pool.use(async (kernels) => {
      kernels.allocF32(100);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await pool.use(async (kernels) => kernels.allocatedBytes)).toBe(0);
    expect(made()).toBe(1);
  });

  it("drops an instance whose memory has grown large: it never shrinks", async () => {
    const { pool, made } = world();
    await pool.use(async (kernels) => void kernels.allocF32(5_000_000));
    await pool.use(async (kernels) => void kernels.allocF32(1000));
    await pool.use(async () => undefined);
    expect(made()).toBe(2);
  });

  it("never lends one instance to two at a time", async () => {
    const { pool, made } = world();
    const same = await pool.use((mine) => pool.use(async (theirs) => mine === theirs));
    expect(same).toBe(false);
    expect(made()).toBe(2);
  });
});
