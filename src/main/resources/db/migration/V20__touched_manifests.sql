-- When somebody pushed the manifest last, or took a tag from it. What was deleted takes along only what was without a tag when
-- that happened, however much later it is looked at.
alter table manifest_link add column touched_at timestamp with time zone default current_timestamp not null;
update manifest_link set touched_at = pushed_at;
