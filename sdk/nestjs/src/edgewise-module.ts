/** The module for `imports` of a Nest application. It needs none of Nest's code: a dynamic module is an object. */
import { type RecommendationOptions, RecommendationService } from "./recommendation-service.ts";

type Token = string | symbol | (abstract new (...args: never[]) => unknown);

interface Provider {
  provide: typeof RecommendationService;
  useFactory: (...args: unknown[]) => RecommendationService | Promise<RecommendationService>;
  inject: Token[];
}

/** What Nest calls a dynamic module. */
export interface EdgewiseDynamicModule<Imports extends unknown[] = []> {
  module: typeof EdgewiseModule;
  global: boolean;
  imports: Imports;
  providers: Provider[];
  exports: (typeof RecommendationService)[];
}

export interface ModuleOptions extends RecommendationOptions {
  /** Whether all modules may inject the service without importing this one; false by default. */
  readonly isGlobal?: boolean;
}

export interface AsyncModuleOptions<Args extends unknown[], Imports extends unknown[]> {
  readonly imports?: Imports;
  /** What `useFactory` gets. */
  readonly inject?: Token[];
  readonly useFactory: (...args: Args) => RecommendationOptions | Promise<RecommendationOptions>;
  readonly isGlobal?: boolean;
}

// biome-ignore lint/complexity/noStaticOnlyClass: Nest names a module by its class
export class EdgewiseModule {
  static forRoot({ isGlobal = false, ...options }: ModuleOptions): EdgewiseDynamicModule {
    return moduleOf([], { inject: [], useFactory: () => new RecommendationService(options) }, isGlobal);
  }

  /** Options that come from other providers, such as Nest's configuration. */
  static forRootAsync<Args extends unknown[], Imports extends unknown[] = []>(
    options: AsyncModuleOptions<Args, Imports>,
  ): EdgewiseDynamicModule<Imports> {
    const { imports = [] as unknown as Imports, inject = [], useFactory, isGlobal = false } = options;
    const create = async (...args: unknown[]) =>
      new RecommendationService(await useFactory(...(args as Args)));
    return moduleOf(imports, { inject, useFactory: create }, isGlobal);
  }
}

function moduleOf<Imports extends unknown[]>(
  imports: Imports,
  provider: Omit<Provider, "provide">,
  global: boolean,
): EdgewiseDynamicModule<Imports> {
  const providers = [{ provide: RecommendationService, ...provider }];
  return { module: EdgewiseModule, global, imports, providers, exports: [RecommendationService] };
}
