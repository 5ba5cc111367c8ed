-- When a subscriber of the hub last took a push, for whoever looks after it.
alter table hub_subscriptions add column told_at timestamptz;
