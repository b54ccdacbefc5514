/** What is used of a package that comes without types: https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/ */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface SwaggerOptions {
    readonly url: string;
    readonly domNode: HTMLElement;
    /** Null: the description is not sent anywhere to be checked. */
    readonly validatorUrl: null;
    readonly docExpansion?: "list" | "full" | "none";
    readonly filter?: boolean;
    readonly tryItOutEnabled?: boolean;
    readonly persistAuthorization?: boolean;
    readonly displayRequestDuration?: boolean;
    readonly defaultModelsExpandDepth?: number;
    readonly deepLinking?: boolean;
    readonly syntaxHighlight?: boolean;
  }
  const start: (options: SwaggerOptions) => unknown;
  // biome-ignore lint/style/noDefaultExport: that is how the package is
  export default start;
}
