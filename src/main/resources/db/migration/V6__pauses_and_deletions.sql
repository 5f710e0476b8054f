-- Counts the blobs that were deleted from the repository: while it is the same, what was there before is still there.
alter table repository add column blob_deletions bigint default 0 not null;

-- Until when an item waits after it failed or could not be done; whoever asks for it again does not change that.
alter table work_item add column paused_until timestamp with time zone;
