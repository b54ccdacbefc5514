/** What the API, the command and the dashboard know about an algorithm. One file of this folder defines one algorithm. */

interface NumberSpec {
  readonly kind: "int" | "float";
  readonly default: number | null;
  /** Smallest and largest accepted value. */
  readonly min: number;
  readonly max: number;
  /** Whether null is also a value. */
  readonly nullable?: boolean;
  /** What null stands for: no limit where this is absent. */
  readonly nullMeans?: string;
  /** The search range of a study; absent for parameters that stay at their default. */
  readonly search?: { readonly low: number; readonly high: number; readonly log?: boolean };
}

interface ChoiceSpec {
  readonly kind: "choice";
  readonly default: string | boolean;
  readonly choices: readonly (string | boolean)[];
  /** Whether a study tries them: all, or those that are listed. */
  readonly search?: boolean | readonly (string | boolean)[];
}

export type ParamSpec = NumberSpec | ChoiceSpec;
export type ParamSpecs = Readonly<Record<string, ParamSpec>>;
export type ParamValue = number | string | boolean;
/** Hyperparameters of one algorithm by their own (unprefixed) names; what null means, if it is a value, its spec says. */
export type AlgorithmParams = Readonly<Record<string, ParamValue | null>>;

/** The type of a parameter's values. */
export type ParamValueOf<Spec> = Spec extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Spec extends { readonly nullable: true }
    ? number | null
    : number;

/** A value for each searched parameter, and for no other. */
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

/** Algorithms of one family find similar items, so a blend takes one of them. */
export type AlgorithmFamily =
  | "popularity"
  | "trend"
  | "item-neighbours"
  | "user-neighbours"
  | "factors"
  | "spectrum"
  | "regression"
  | "sequence"
  | "session-neighbours"
  | "repeats"
  | "content"
  | "embedding"
  | "blend";

/** What the rows of a table of properties are about. */
export type TableSide = "items" | "users";

/** What an algorithm reads beside interactions: a table, or a column of vectors in that of items. */
export type TableNeed = TableSide | "vectors";

/** Every member is required: an algorithm that leaves one out does not compile. */
export interface AlgorithmDefinition {
  /** irspack's name if irspack has the algorithm: its class is called `NAMERecommender`. */
  readonly name: string;
  /** Other accepted names, from irspack's classes and from papers: in lower case, without hyphens. */
  readonly aliases: readonly string[];
  readonly family: AlgorithmFamily;
  /** The name in the dashboard. */
  readonly title: string;
  /** One sentence of description for readers. */
  readonly about: string;
  /** The source of the algorithm, and of its ranges and starting points. */
  readonly source: string;
  readonly params: ParamSpecs;
  /** Parameters with other names in irspack. */
  readonly paramAliases: Readonly<Record<string, ParamAlias>>;
  /**
   * Configurations that a study tries first, in this order: for dense data, for sparse data, and for data in between. Without any
   * the first one is random.
   */
  readonly startingPoints: readonly AlgorithmParams[];
  /** Whether a fit reads the times of interactions. */
  readonly needsTimes: boolean;
  /** It needs one of these; empty for an algorithm that also works without tables. */
  readonly needsTables: readonly TableNeed[];
  /** The largest catalogue that it accepts, in items; null if only memory sets a limit. */
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
