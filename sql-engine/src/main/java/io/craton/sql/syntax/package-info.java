/**
 * SQL text to syntax tree, and back. Begin with {@link io.craton.sql.syntax.SqlParser}; the tree's roots are {@link io.craton.sql.syntax.Statement} and
 * {@link io.craton.sql.syntax.Expr}. The grammar is PostgreSQL 15's, hand-written as recursive descent with precedence climbing for expressions; the tree
 * is shaped like PostgreSQL's raw parse tree, so that its rules of analysis can be followed node by node. Nothing here knows catalogs or types.
 *
 * <p>Rules of the tree: every node is an immutable record; every list is immutable (the parser makes them so); {@code position} is what PostgreSQL would
 * report for an error about that node: 1-based, in characters (code points) of the whole text given to the parser, 0 when unknown. Names are already folded
 * to lower case and truncated as PostgreSQL does. An absent clause is null where it is one node, an empty list where it is a list.
 */
@org.jspecify.annotations.NullMarked
package io.craton.sql.syntax;
