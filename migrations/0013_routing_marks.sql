CREATE TABLE `socket_ticket` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`family` text NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `socket_ticket_expiry` ON `socket_ticket` (`expires_at`);--> statement-breakpoint
CREATE TABLE `routing_mark` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`kind` text DEFAULT 'CHANGE' NOT NULL,
	`is_old` integer DEFAULT false NOT NULL,
	`problem` text
);
--> statement-breakpoint
CREATE INDEX `routing_mark_name` ON `routing_mark` (`name`,`id`);--> statement-breakpoint
ALTER TABLE `evaluation_config` ADD `project_id` integer REFERENCES project(id) ON DELETE set null;--> statement-breakpoint
CREATE INDEX `evaluation_config_project` ON `evaluation_config` (`project_id`);--> statement-breakpoint
ALTER TABLE `split_config` ADD `project_id` integer REFERENCES project(id) ON DELETE set null;--> statement-breakpoint
CREATE INDEX `split_config_project` ON `split_config` (`project_id`);--> statement-breakpoint
CREATE INDEX `tuning_job_split` ON `tuning_job` (`split_id`);--> statement-breakpoint
CREATE INDEX `tuning_job_evaluation` ON `tuning_job` (`evaluation_id`);--> statement-breakpoint
CREATE TRIGGER `routing_key_insert` AFTER INSERT ON `api_key` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('key:' || NEW.`key_hash`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_key_update` AFTER UPDATE OF `key_hash`, `scopes`, `is_active`, `expires_at`, `project_id`, `owner_id` ON `api_key` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('key:' || NEW.`key_hash`);
	INSERT INTO `routing_mark` (`name`) SELECT 'key:' || OLD.`key_hash` WHERE OLD.`key_hash` <> NEW.`key_hash`;
END;
--> statement-breakpoint
CREATE TRIGGER `routing_key_delete` AFTER DELETE ON `api_key` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('key:' || OLD.`key_hash`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_user_update` AFTER UPDATE OF `is_active` ON `user` WHEN OLD.`is_active` <> NEW.`is_active` BEGIN
	INSERT INTO `routing_mark` (`name`) SELECT 'key:' || `key_hash` FROM `api_key` WHERE `owner_id` = NEW.`id`;
END;
--> statement-breakpoint
CREATE TRIGGER `routing_project_update` AFTER UPDATE OF `deleted_at` ON `project` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`id`);
	INSERT INTO `routing_mark` (`name`) SELECT 'key:' || `key_hash` FROM `api_key` WHERE `project_id` = NEW.`id`;
END;
--> statement-breakpoint
CREATE TRIGGER `routing_project_delete` AFTER DELETE ON `project` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || OLD.`id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_slot_insert` AFTER INSERT ON `deployment_slot` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_slot_update` AFTER UPDATE ON `deployment_slot` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_slot_delete` AFTER DELETE ON `deployment_slot` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || OLD.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_model_update` AFTER UPDATE OF `artifact_key` ON `trained_model` BEGIN
	INSERT INTO `routing_mark` (`name`) SELECT DISTINCT 'project:' || `project_id` FROM `deployment_slot`
		WHERE `project_id` = NEW.`project_id` AND NEW.`id` IN (`model_id`, `previous_model_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_metadata_insert` AFTER INSERT ON `item_meta_data` WHEN NEW.`artifact_key` IS NOT NULL BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_metadata_update` AFTER UPDATE OF `artifact_key` ON `item_meta_data` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_metadata_delete` AFTER DELETE ON `item_meta_data` WHEN OLD.`artifact_key` IS NOT NULL BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || OLD.`project_id`);
END;
--> statement-breakpoint
INSERT INTO `routing_mark` (`name`) SELECT 'key:' || `key_hash` FROM `api_key`;
--> statement-breakpoint
INSERT INTO `routing_mark` (`name`) SELECT 'project:' || `id` FROM `project`;
