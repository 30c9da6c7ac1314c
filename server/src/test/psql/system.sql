-- meta-commands about what is built in
\dA
\dA+
\dAc btree integer
\dAc+ hash uuid
\dAf btree text
\dAo btree integer_ops
\dAp hash integer_ops
\dC integer
\dC+ "char"
\dO C
\da sum
\da+ count
\df abs
\df+ lower
\dfa max
\dfw lag
\df pg_catalog.*time*zone*
\do +
\do+ ||
\do -
\dc utf8_to_koi8_r
\dd sum
\dF
\dF+ simple
\dFd english_stem
\dFp
\dFp+
\dFt
\dFt+
\dL
\dL+
\dL *
\dn pg_*
\dnS
\dT pg_catalog.int4
\dTS+ inet
\dTS+ bool
\dtS pg_catalog.pg_class
\dvS pg_catalog.pg_tables
\d pg_catalog.pg_namespace
\d pg_catalog.pg_class
\d pg_catalog.pg_type
\d information_schema.schemata
\d pg_stat_activity
\d pg_catalog.pg_index_indexrelid_index
\dS pg_catalog.pg_am*
\db
\dconfig server_version_num
\dconfig TimeZone
\sf abs(integer)
\sf+ pg_catalog.lower(text)
\sf nosuch
select 1 as a, 'x' as b, 2 as c union all select 1, 'y', 3 union all select 2, 'x', 4 order by 1, 2
\crosstabview a b c
\gdesc
select 'a' as name, 1 as value
\gdesc
select 1 \gx
\echo :SERVER_VERSION_NUM
