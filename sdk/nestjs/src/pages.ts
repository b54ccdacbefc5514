/** What Edgewise answers below `/kpop`. */

export interface RecommendedPost {
  readonly post_id: string;
  readonly score: number;
  readonly metadata: {
    readonly tags: readonly string[];
    readonly communityId: string | null;
    /** The tags where the K-pop service has them. */
    readonly metadata: { readonly tags: readonly string[] };
  };
}

export interface RecommendationPage {
  readonly user_id: string;
  readonly recommendations: readonly RecommendedPost[];
  readonly pagination: {
    readonly total: number;
    readonly limit: number;
    readonly offset: number;
    readonly has_more: boolean;
  };
  /** Null where nothing can be recommended. */
  readonly strategy: "cold_start" | "hybrid" | null;
}

export type HealthStatus = "healthy" | "degraded" | "unhealthy";

export interface HealthCheck {
  readonly status: HealthStatus;
  readonly message: string;
  /** Milliseconds; null without an answer. */
  readonly response_time_ms: number | null;
}

export interface Health {
  readonly status: HealthStatus;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly checks: Readonly<Record<"model" | "database" | "features", HealthCheck>>;
}

export interface ModelStatus {
  readonly is_loaded: boolean;
  readonly num_users: number;
  readonly num_all_users: number;
  readonly num_items: number;
  readonly num_posts_metadata: number;
  readonly last_reload_time: string | null;
  /** Whether a newer model is there. */
  readonly file_updated: boolean;
  readonly cold_start_strategy: Readonly<Record<string, number>>;
}

export interface Reload {
  readonly success: boolean;
  readonly message: string;
  readonly details: { readonly reloaded: boolean; readonly reason: string };
}

/** Of a person whom nobody knows. */
export function emptyPage(userId: string, limit: number, offset: number): RecommendationPage {
  const pagination = { total: 0, limit, offset, has_more: false };
  return { user_id: userId, recommendations: [], pagination, strategy: null };
}
