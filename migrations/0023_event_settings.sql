ALTER TABLE `project` ADD `weight_column` text;--> statement-breakpoint
ALTER TABLE `project` ADD `event_type_column` text;--> statement-breakpoint
ALTER TABLE `project` ADD `event_settings` text;
--> statement-breakpoint
CREATE TRIGGER `routing_project_events` AFTER UPDATE OF `event_settings` ON `project` WHEN OLD.`event_settings` IS NOT NEW.`event_settings` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_project_events_insert` AFTER INSERT ON `project` WHEN NEW.`event_settings` IS NOT NULL BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`id`);
END;
