CREATE TABLE `slot_period` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`slot_id` integer NOT NULL,
	`slot_name` text NOT NULL,
	`model_id` integer NOT NULL,
	`version` integer NOT NULL,
	`weight` real NOT NULL,
	`is_active` integer NOT NULL,
	`is_shadow` integer NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `slot_period_project` ON `slot_period` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `slot_period_slot` ON `slot_period` (`slot_id`,`id`);--> statement-breakpoint
ALTER TABLE `deployment_slot` ADD `is_shadow` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `deployment_slot` ADD `shadow_rate` real DEFAULT 0.1 NOT NULL;--> statement-breakpoint
ALTER TABLE `project` ADD `traffic` text;--> statement-breakpoint
CREATE TRIGGER `routing_project_traffic` AFTER UPDATE OF `traffic` ON `project` WHEN OLD.`traffic` IS NOT NEW.`traffic` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_project_insert_traffic` AFTER INSERT ON `project` WHEN NEW.`traffic` IS NOT NULL BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`id`);
END;
--> statement-breakpoint
CREATE TRIGGER `slot_period_insert` AFTER INSERT ON `deployment_slot` BEGIN
	INSERT INTO `slot_period` (`project_id`, `slot_id`, `slot_name`, `model_id`, `version`, `weight`, `is_active`, `is_shadow`, `started_at`)
		SELECT NEW.`project_id`, NEW.`id`, NEW.`name`, NEW.`model_id`, `version`, NEW.`weight`, NEW.`is_active`, NEW.`is_shadow`, NEW.`updated_at`
		FROM `trained_model` WHERE `id` = NEW.`model_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `slot_period_update` AFTER UPDATE ON `deployment_slot`
WHEN OLD.`model_id` <> NEW.`model_id` OR OLD.`weight` <> NEW.`weight` OR OLD.`is_active` <> NEW.`is_active`
	OR OLD.`is_shadow` <> NEW.`is_shadow` OR OLD.`name` <> NEW.`name` BEGIN
	UPDATE `slot_period` SET `ended_at` = NEW.`updated_at` WHERE `slot_id` = NEW.`id` AND `ended_at` IS NULL;
	INSERT INTO `slot_period` (`project_id`, `slot_id`, `slot_name`, `model_id`, `version`, `weight`, `is_active`, `is_shadow`, `started_at`)
		SELECT NEW.`project_id`, NEW.`id`, NEW.`name`, NEW.`model_id`, `version`, NEW.`weight`, NEW.`is_active`, NEW.`is_shadow`, NEW.`updated_at`
		FROM `trained_model` WHERE `id` = NEW.`model_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `slot_period_delete` AFTER DELETE ON `deployment_slot` BEGIN
	UPDATE `slot_period` SET `ended_at` = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE `slot_id` = OLD.`id` AND `ended_at` IS NULL;
END;
--> statement-breakpoint
INSERT INTO `slot_period` (`project_id`, `slot_id`, `slot_name`, `model_id`, `version`, `weight`, `is_active`, `is_shadow`, `started_at`)
	SELECT s.`project_id`, s.`id`, s.`name`, s.`model_id`, m.`version`, s.`weight`, s.`is_active`, s.`is_shadow`, s.`updated_at`
	FROM `deployment_slot` s JOIN `trained_model` m ON m.`id` = s.`model_id`;
