create index concurrently account_number on app.account (number);
