// Command main uses database/sql with lib/pq: prepared statements, arrays, COPY, LISTEN, contexts, isolation levels.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"time"

	"github.com/lib/pq"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	db, err := sql.Open("postgres", "sslmode=disable")
	must(err)
	_, err = db.Exec(`create table t (id serial primary key, name text not null unique, a bigint[], b bytea, at timestamptz, n numeric, j jsonb, d date)`)
	must(err)
	for _, binary := range []string{"no", "yes"} {
		db, err := sql.Open("postgres", "sslmode=disable binary_parameters="+binary)
		must(err)
		var id int
		must(db.QueryRow(`insert into t (name, a, b, at, n, j, d) values ($1, $2, $3, $4, $5, $6, $7) returning id`, "go "+binary, pq.Array([]int64{1, 2}), []byte{0, 255},
			time.Date(2020, 1, 2, 3, 4, 5, 6000, time.UTC), "1.50", `{"k": [1]}`, "2020-02-29").Scan(&id))
		var name, n, j string
		var a []int64
		var b []byte
		var at, d time.Time
		must(db.QueryRow(`select name, a, b, at, n, j, d from t where id = $1`, id).Scan(&name, pq.Array(&a), &b, &at, &n, &j, &d))
		fmt.Println(id, name, a, b, at.UTC(), n, j, d)
		st, err := db.Prepare("select count(*) from t where name like $1 || '%' or id = any($2)")
		must(err)
		for i := 0; i < 3; i++ {
			var count int
			must(st.QueryRow("go", pq.Array([]int{1, 2})).Scan(&count))
			fmt.Println(count)
		}
	}
	_, err = db.Exec(`insert into t (name) values ('go no')`)
	if e, ok := err.(*pq.Error); ok {
		fmt.Println(e.Code, e.Code.Name(), e.Severity, e.Message, e.Detail, e.Table, e.Constraint)
	}
	tx, err := db.BeginTx(context.Background(), &sql.TxOptions{Isolation: sql.LevelSerializable})
	must(err)
	copying, err := tx.Prepare(pq.CopyIn("t", "name", "n", "a"))
	must(err)
	for i := 0; i < 500; i++ {
		_, err = copying.Exec(fmt.Sprintf("c%d\t\\", i), float64(i)/4, pq.Array([]int64{int64(i)}))
		must(err)
	}
	_, err = copying.Exec()
	must(err)
	must(copying.Close())
	must(tx.Commit())
	var sum string
	must(db.QueryRow(`select sum(n) || ' ' || max(a)::text from t`).Scan(&sum))
	fmt.Println(sum)
	_, err = db.BeginTx(context.Background(), &sql.TxOptions{ReadOnly: true})
	must(err)
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	_, err = db.ExecContext(ctx, "select pg_sleep(20)")
	cancel()
	fmt.Println(err)
	rows, err := db.Query("select id, name as \"The Name\", null::int from t order by id limit 2; select 1 as one")
	must(err)
	types, _ := rows.ColumnTypes()
	for _, c := range types {
		fmt.Println(c.Name(), c.DatabaseTypeName())
	}
	for more := true; more; more = rows.NextResultSet() {
		count := 0
		for rows.Next() {
			count++
		}
		fmt.Println(count)
	}
	listener := pq.NewListener("sslmode=disable", time.Second, time.Second, nil)
	must(listener.Listen("chan"))
	_, err = db.Exec("notify chan, 'hello'")
	must(err)
	for note := range listener.Notify {
		if note != nil {
			fmt.Println(note.Channel, note.Extra)
			break
		}
	}
	must(listener.Close())
}
