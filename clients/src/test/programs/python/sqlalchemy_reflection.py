"""SQLAlchemy: everything its inspector can read of a rich schema, then an ORM session over the reflected tables."""
import os
from sqlalchemy import create_engine, inspect, MetaData, Table, Column, Integer, String, ForeignKey, select, func, text, Numeric, Enum, ARRAY, DateTime, Identity, Index, CheckConstraint, Computed
from sqlalchemy.dialects.postgresql import JSONB, UUID, insert, INET, INTERVAL, BIT
from sqlalchemy.orm import declarative_base, relationship, Session, selectinload
from sqlalchemy.schema import CreateTable, CreateIndex
import sqlalchemy.exc

engine = create_engine("postgresql+psycopg2://postgres@%s:%s/%s" % (os.environ["PGHOST"], os.environ["PGPORT"], os.environ["PGDATABASE"]))
with engine.begin() as c:
    for statement in open(os.environ["RICH_SCHEMA"]).read().split(";;\n"):
        if statement.strip(): c.exec_driver_sql(statement.replace("%", "%%"))
i = inspect(engine)
print(i.default_schema_name, sorted(i.get_schema_names()), i.get_isolation_level() if hasattr(i, "get_isolation_level") else "")
def show(value): print(str(value).replace(os.environ["PGDATABASE"], "DB"))
for t in sorted(i.get_table_names("rich")) + sorted(i.get_view_names("rich")):
    show(t)
    for column in i.get_columns(t, "rich"): show("  %s" % sorted((k, repr(v)) for k, v in column.items()))
    for f in (i.get_pk_constraint, i.get_foreign_keys, i.get_indexes, i.get_unique_constraints, i.get_check_constraints, i.get_table_comment):
        r = f(t, "rich"); show("  %s %s" % (f.__name__, sorted(r, key=str) if isinstance(r, list) else sorted(r.items(), key=str)))
for v in sorted(i.get_view_names("rich")): show(i.get_view_definition(v, "rich"))
show([(t, sorted(k)) for t, k in i.get_sorted_table_and_fkc_names("rich")])
show(sorted(i.get_sequence_names("rich"))); show(i.get_enums("rich")); show(i.get_foreign_table_names("rich"))
m = MetaData(); m.reflect(engine, schema="rich", views=True)
from sqlalchemy.types import NullType
for t in m.sorted_tables:
    for column in t.columns:
        if isinstance(column.type, NullType): column.type = String()
        column.autoincrement = False
    show(CreateTable(t).compile(engine))
    for x in sorted(t.indexes, key=lambda x: x.name): show(CreateIndex(x).compile(engine))
Base = declarative_base()
class Parent(Base):
    __tablename__ = "parent"
    id = Column(Integer, Identity(start=5), primary_key=True)
    name = Column(String(40), nullable=False, unique=True, comment="the name")
    kind = Column(Enum("a", "b", name="kind")); data = Column(JSONB); tags = Column(ARRAY(String)); price = Column(Numeric(8, 2)); twice = Column(Numeric, Computed("price * 2"))
    at = Column(DateTime(timezone=True), server_default=func.now())
    children = relationship("Child", back_populates="parent", cascade="all, delete-orphan", order_by="Child.id")
    __table_args__ = (Index("parent_data", "data", postgresql_where=text("price > 0")), CheckConstraint("price >= 0", name="positive"))
class Child(Base):
    __tablename__ = "child"
    id = Column(Integer, primary_key=True); parent_id = Column(ForeignKey("parent.id", ondelete="CASCADE"), nullable=False); parent = relationship(Parent, back_populates="children"); n = Column(Integer)
Base.metadata.create_all(engine); Base.metadata.create_all(engine)
with Session(engine) as s:
    s.add(Parent(name="p", kind="a", data={"x": {"y": [1, 2]}}, tags=["t", "u"], price=3, children=[Child(n=k) for k in range(5)])); s.commit()
    p = s.execute(select(Parent).options(selectinload(Parent.children)).where(Parent.data["x"]["y"][0].as_integer() == 1, Parent.tags.any("t"))).scalar_one()
    print(p.id, p.name, p.kind, p.data, p.tags, p.price, p.twice, [ch.n for ch in p.children])
    p.children.pop(); p.kind = "b"; s.commit()
    print(s.execute(select(func.count(), func.array_agg(Child.n), func.row_number().over(order_by=func.sum(Child.n))).group_by(Child.n % 2).order_by(Child.n % 2)).all())
    try:
        with s.begin_nested(): s.add(Parent(name="p")); s.flush()
    except sqlalchemy.exc.IntegrityError as e: print(e.orig.pgcode, e.orig.diag.constraint_name)
    print(s.execute(insert(Parent).values(name="p", price=9).on_conflict_do_update(index_elements=["name"], set_={"price": 9}).returning(Parent.id, Parent.twice)).all())
    print(s.get(Parent, p.id, with_for_update={"nowait": True, "of": Parent}).name); s.rollback()
    print(s.query(Parent).execution_options(yield_per=2).count(), s.scalar(select(func.count()).select_from(Child)))
Base.metadata.drop_all(engine); print(inspect(engine).get_table_names(), inspect(engine).get_enums())
