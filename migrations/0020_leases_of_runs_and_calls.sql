ALTER TABLE `retraining_run` ADD `lease_until` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `webhook_delivery` ADD `lease_until` integer DEFAULT 0 NOT NULL;