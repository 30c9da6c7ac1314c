# DBD::Pg: placeholders of all kinds, arrays, bytea, COPY, savepoints, asynchronous queries, metadata.
use strict; use warnings; use DBI; use DBD::Pg qw(:pg_types :async);
$| = 1;
my $d = DBI->connect("dbi:Pg:", undef, undef, {RaiseError => 1, PrintError => 0, AutoCommit => 0, pg_enable_utf8 => 1});
my $warnings = ""; local $SIG{__WARN__} = sub { print "warning: $_[0]" };
print join("|", $d->{pg_server_version} > 150000 ? 15 : "?", $d->{pg_lib_version} > 0, $d->ping, $d->state), "\n";
$d->do("create table t (id serial primary key, name varchar(20) not null, n numeric(8,2) default 1, a int[], b bytea, d date, j jsonb, ok boolean)");
$d->do("create table child (id int primary key references t on delete cascade, note text)");
my $i = $d->prepare("insert into t (name, a, b, ok, j) values (?, ?, ?, ?, ?) returning id, n");
$i->bind_param(3, undef, {pg_type => PG_BYTEA});
for my $k (1 .. 3) { $i->execute("n$k", [1, undef, $k], "\x00\xff$k", $k % 2, '{"k": ' . $k . '}'); print join("|", $i->fetchrow_array), "\n"; }
print $d->last_insert_id(undef, undef, "t", undef), "\n";
my $s = $d->prepare('select id, name, n, a, b, ok, j from t where id = $1 or name = $2 order by id');
$s->execute(1, "n3");
print join(",", @{$s->{NAME}}), " ", join(",", @{$s->{TYPE}}), " ", join(",", map { $_ // "undef" } @{$s->{PRECISION}}), " ", join(",", map { $_ // "" } @{$s->{pg_type}}), "\n";
while (my $r = $s->fetchrow_hashref) { print join("|", map { ref $r->{$_} ? "[" . join(",", map { $_ // "null" } @{$r->{$_}}) . "]" : unpack("H*", $r->{$_} // "") } sort keys %$r), "\n"; }
$d->pg_savepoint("sp"); eval { $d->do("insert into t (id, name) values (1, 'x')") }; print $d->state, " ", $d->errstr, "\n"; $d->pg_rollback_to("sp");
eval { $d->do("select nothing") }; print $d->state, " ", $d->errstr, " ", $d->pg_error_field("statement_position"), "\n"; $d->pg_rollback_to("sp");
$d->do("copy child from stdin"); $d->pg_putcopydata("1\tone\n2\ttwo\n"); $d->pg_putcopyend;
$d->do("copy (select * from child order by id) to stdout"); my $line = ""; while ($d->pg_getcopydata($line) >= 0) { print $line; }
print $d->do("update t set n = n + 1"), " ", $d->selectrow_array("select sum(n) from t"), "\n";
my $tuples = $d->prepare("insert into t (name) values (?)"); print $tuples->execute_array({}, ["a" .. "e"]), "\n";
$d->commit;
my $statistics = $d->statistics_info(undef, "public", "t", 0, 0);
for my $info ($d->table_info(undef, "public", "%", "TABLE"), $d->column_info(undef, "public", "t", "%"), $d->primary_key_info(undef, "public", "t"), $d->foreign_key_info(undef, "public", "t", undef, "public", "child"), $statistics) {
    while (my $f = $info->fetchrow_arrayref) { my $r = [@$f]; splice(@$r, 10, 2) if $info eq $statistics; # numbers of rows and pages: Craton knows them before ANALYZE
    print join("|", map { defined $_ ? (ref $_ ? "[@$_]" : $_) : "" } @$r), "\n"; }
}
print join(",", sort grep { /public/ } $d->tables(undef, "public", undef, "TABLE")), " ", join(",", $d->primary_key(undef, "public", "t")), "\n";
print scalar(@{$d->type_info_all}), " ", $d->quote("a'\\b"), " ", $d->quote_identifier("A b"), " ", $d->get_info(17), "\n";
$d->do("select pg_sleep(0.01), 5", {pg_async => PG_ASYNC}); print $d->pg_result, "\n";
$d->do("set client_min_messages = notice"); $d->do("do \$\$ begin raise notice 'noted'; end \$\$");
my $l = DBI->connect("dbi:Pg:", undef, undef, {RaiseError => 1, AutoCommit => 1}); $l->do("listen chan"); $d->do("notify chan, 'text'"); $d->commit;
my $n; until ($n = $l->pg_notifies) { select(undef, undef, undef, 0.01) } print "$n->[0] $n->[2]\n";
my $big = "x" x 2_000_000; print length($d->selectrow_array("select ?::text", undef, $big)), "\n";
undef $s; undef $i; undef $tuples; $l->disconnect; $d->disconnect;
