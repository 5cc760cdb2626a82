/**
 * How objects appear in a console.
 *
 * @module
 */

/** Makes `console.log` show the result of `toString`, in Deno and in Node. */
export function inspectsAsText(type: { prototype: object }): void {
  for (const name of ["Deno.customInspect", "nodejs.util.inspect.custom"]) {
    Object.defineProperty(type.prototype, Symbol.for(name), {
      value(this: object): string {
        return this.toString();
      },
      configurable: true,
    });
  }
}
