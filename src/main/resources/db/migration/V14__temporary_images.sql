-- For whom alone a manifest is in a repository: who pushed it as a temporary image of a build. Null for all others.
alter table manifest_link add column temporary_for varchar(64);
