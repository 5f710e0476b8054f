-- One cache for many repositories. The first component of the repository's name, so that an entry is found by it over all
-- repositories; empty in entries of before, which get it when they are used.
alter table cache_entry add column namespace varchar(255) ${by_code} default '' not null;
create index cache_entry_key on cache_entry (step_key, scope, state, namespace, id);
create index cache_entry_said on cache_entry (parent, instruction, scope, state, namespace, id);
create index cache_lease_step on cache_lease (step_key, scope);

-- The hits in a repository whose layers came from another one, by the hour. Written some seconds late.
create table cache_origin (
    repository_id bigint not null,
    hour_at timestamp with time zone not null,
    -- 0 of several that are counted together.
    origin_id bigint not null,
    asked bigint not null,
    bytes bigint not null,
    exec_ms bigint not null,
    primary key (repository_id, hour_at, origin_id)
);
create index cache_origin_hour on cache_origin (hour_at);
