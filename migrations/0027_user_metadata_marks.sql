-- Rules read the newest user metadata, which the project's entry in KV names.
CREATE TRIGGER `routing_user_metadata_insert` AFTER INSERT ON `user_meta_data` WHEN NEW.`artifact_key` IS NOT NULL BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_user_metadata_update` AFTER UPDATE OF `artifact_key` ON `user_meta_data` BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `routing_user_metadata_delete` AFTER DELETE ON `user_meta_data` WHEN OLD.`artifact_key` IS NOT NULL BEGIN
	INSERT INTO `routing_mark` (`name`) VALUES ('project:' || OLD.`project_id`);
END;
--> statement-breakpoint
INSERT INTO `routing_mark` (`name`) SELECT DISTINCT 'project:' || `project_id` FROM `user_meta_data`;
