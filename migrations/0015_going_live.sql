ALTER TABLE `trained_model` ADD `test_part` text;--> statement-breakpoint
ALTER TABLE `trained_model` ADD `deploy` text DEFAULT 'if_better' NOT NULL;--> statement-breakpoint
ALTER TABLE `trained_model` ADD `deployment` text;--> statement-breakpoint
ALTER TABLE `trained_model` ADD `deployed_at` integer;--> statement-breakpoint
ALTER TABLE `tuning_job` ADD `deploy` text DEFAULT 'if_better' NOT NULL;--> statement-breakpoint
ALTER TABLE `tuning_job` ADD `left_out` text;--> statement-breakpoint
ALTER TABLE `tuning_job` ADD `test_part` text;--> statement-breakpoint
ALTER TABLE `audit_entry` ADD `reason` text;--> statement-breakpoint
UPDATE `trained_model` SET `deployed_at` = `updated_at` WHERE `id` IN (
	SELECT `model_id` FROM `deployment_slot` UNION SELECT `previous_model_id` FROM `deployment_slot`
);
--> statement-breakpoint
DROP TRIGGER `routing_model_update`;
--> statement-breakpoint
CREATE TRIGGER `routing_model_update` AFTER UPDATE OF `artifact_key`, `status`, `deployed_at` ON `trained_model` WHEN OLD.`artifact_key` IS NOT NULL OR NEW.`artifact_key` IS NOT NULL BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_model_insert` AFTER INSERT ON `trained_model` WHEN NEW.`artifact_key` IS NOT NULL BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_model_delete` AFTER DELETE ON `trained_model` WHEN OLD.`artifact_key` IS NOT NULL BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || OLD.`project_id`);
END;
--> statement-breakpoint
INSERT INTO `routing_mark` (`name`) SELECT 'project:' || `id` FROM `project`;
