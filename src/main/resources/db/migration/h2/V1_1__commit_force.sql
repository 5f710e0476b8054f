-- One row that GroupCommit changes before each force: see there for why.
create table commit_force (
    forces bigint not null
);
insert into commit_force values (0);
