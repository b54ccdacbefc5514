/** What the API, the command and the dashboard know of an algorithm. One file of this folder defines one algorithm. */

interface NumberSpec {
  readonly kind: "int" | "float";
  readonly default: number;
  /** Smallest and largest value that is accepted. */
  readonly min: number;
  readonly max: number;
  /** Whether null is a value, too: no limit. */
  readonly nullable?: boolean;
  /** What a study searches; absent for parameters that stay at their default. */
  readonly search?: { readonly low: number; readonly high: number; readonly log?: boolean };
}

interface ChoiceSpec {
  readonly kind: "choice";
  readonly default: string | boolean;
  readonly choices: readonly (string | boolean)[];
  readonly search?: boolean;
}

export type ParamSpec = NumberSpec | ChoiceSpec;
export type ParamSpecs = Readonly<Record<string, ParamSpec>>;
export type ParamValue = number | string | boolean;
/** Hyperparameters of one algorithm by their own (unprefixed) names; null, where it is a value, means no limit. */
export type AlgorithmParams = Readonly<Record<string, ParamValue | null>>;

/** The type of a parameter's values. */
export type ParamValueOf<Spec> = Spec extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Spec extends { readonly nullable: true }
    ? number | null
    : number;

/** A value for each searched parameter, no more and no less. */
type SearchedValues<Params extends ParamSpecs> = {
  readonly [Name in keyof Params as Params[Name] extends { readonly search: object | true }
    ? Name
    : never]: ParamValueOf<Params[Name]>;
};

/** A parameter under another name, with other words for its values. */
export interface ParamAlias {
  readonly param: string;
  readonly values: Readonly<Record<string, ParamValue>>;
}

/** Algorithms of one family find the same things, so that a blend takes one of them. */
export type AlgorithmFamily =
  | "popularity"
  | "trend"
  | "item-neighbours"
  | "user-neighbours"
  | "factors"
  | "spectrum"
  | "regression"
  | "blend";

/** Every member is required: an algorithm that leaves one out does not compile. */
export interface AlgorithmDefinition {
  /** irspack's name where it has the algorithm: its class is called `NAMERecommender`. */
  readonly name: string;
  /** Other names that are accepted, of irspack's classes and of papers: in lower case, without hyphens. */
  readonly aliases: readonly string[];
  readonly family: AlgorithmFamily;
  /** What people read. */
  readonly title: string;
  /** One sentence for people. */
  readonly about: string;
  /** Who described the algorithm, and where the ranges of its parameters and its starting points come from. */
  readonly source: string;
  readonly params: ParamSpecs;
  /** Parameters that irspack calls by other names. */
  readonly paramAliases: Readonly<Record<string, ParamAlias>>;
  /**
   * Configurations that a study tries first, in this order: what suits dense data, sparse data, and what lies between. Without any
   * the first one is random.
   */
  readonly startingPoints: readonly AlgorithmParams[];
  /** Whether a fit reads when interactions happened. */
  readonly needsTimes: boolean;
  /** Items of the largest catalogue that it accepts; null where only memory sets a limit. */
  readonly maxItems: number | null;
}

/** A definition with the exact types of its name and parameters. */
export interface ExactDefinition<Name extends string, Params extends ParamSpecs> extends AlgorithmDefinition {
  readonly name: Name;
  readonly params: Params;
}

/** Gives a definition its exact types, and checks that each starting point has a value for every searched parameter. */
export function defineAlgorithm<const Name extends string, const Params extends ParamSpecs>(
  definition: ExactDefinition<Name, Params> & {
    readonly startingPoints: readonly SearchedValues<NoInfer<Params>>[];
  },
): ExactDefinition<Name, Params> {
  return definition;
}
