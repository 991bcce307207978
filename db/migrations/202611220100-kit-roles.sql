-- The roles, the extension and the schemas everything else stands on.
--
-- Roles belong to the cluster, not to the database: another database may have made them already, or be making them now.
-- Run by a superuser, or by the owner of the database who may create roles (PostgreSQL >= 16 makes it an admin of those).
-- What belongs to one database without being copied by CREATE DATABASE … TEMPLATE or by a dump (its search paths,
-- the right to temporary tables) is set by every `migrate`, not here.

do $$
declare
  name text;
begin
  foreach name in array array['markroom_owner', 'markroom_door', 'markroom_guard', 'markroom_jobs'] loop
    begin
      if pg_catalog.to_regrole(name) is null then
        execute format('create role %I nologin nosuperuser nobypassrls nocreatedb nocreaterole', name);
      end if;
    exception when duplicate_object or unique_violation then null;  -- made by another database's migration meanwhile
    end;
  end loop;
  foreach name in array array['markroom_app', 'markroom_service'] loop
    begin
      if pg_catalog.to_regrole(name) is null then
        execute format('create role %I login noinherit nosuperuser nobypassrls nocreatedb nocreaterole', name);
      end if;
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
end $$;

-- An admin that is no superuser must be able to act as the roles that own things.
do $$
declare
  name text;
begin
  if not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    foreach name in array array['markroom_owner', 'markroom_door', 'markroom_guard', 'markroom_jobs'] loop
      if not pg_catalog.pg_has_role(current_user, name, 'SET')
         or not pg_catalog.pg_has_role(current_user, name, 'USAGE') then
        execute format('grant %I to current_user with inherit true, set true', name);
      end if;
    end loop;
  end if;
end $$;

create extension if not exists vector;

-- Tables live in public and belong to markroom_owner.
revoke create on schema public from public;
grant usage, create on schema public to markroom_owner;

-- Functions live in app: those that look things up before the tenant is known belong to markroom_door, those that must
-- see every row to refuse a change to markroom_guard. To give a function to a role, the role must be able to create there.
create schema app authorization markroom_owner;
grant usage, create on schema app to markroom_door, markroom_guard;
grant usage on schema app to markroom_app, markroom_service;

create schema jobs authorization markroom_jobs;
grant usage on schema jobs to markroom_app, markroom_service;
