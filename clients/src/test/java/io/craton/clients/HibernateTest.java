package io.craton.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.LockModeType;
import jakarta.persistence.LockTimeoutException;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PessimisticLockException;
import jakarta.persistence.RollbackException;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.cfg.Configuration;
import org.hibernate.type.SqlTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hibernate: the schema it makes, brings up to date and checks; rows in and out; HQL; pessimistic and optimistic locks. */
@ExtendWith(Servers.class)
class HibernateTest {
    enum Kind { SMALL, LARGE }

    @Embeddable
    static class Address {
        String street;
        String city;
    }

    @Entity(name = "Customer")
    @Table(name = "customer", indexes = @Index(columnList = "name, kind"), uniqueConstraints = @UniqueConstraint(columnNames = {"name", "born"}))
    static class Customer {
        @Id @GeneratedValue(strategy = GenerationType.IDENTITY) Long id;
        @Version int version;
        @Column(nullable = false, length = 80) String name;
        LocalDate born;
        @Enumerated(EnumType.STRING) Kind kind;
        @JdbcTypeCode(SqlTypes.NAMED_ENUM) Kind native_kind;
        UUID token;
        Instant seen;
        Duration pause;
        @Column(precision = 14, scale = 3) BigDecimal credit;
        @JdbcTypeCode(SqlTypes.JSON) Map<String, String> extra;
        int[] numbers;
        List<String> labels;
        byte[] bytes;
        @Column(length = 100_000) String story;
        @Embedded Address address;
        @OneToMany(mappedBy = "customer", cascade = CascadeType.ALL, orphanRemoval = true) List<Purchase> purchases = new ArrayList<>();
        @ElementCollection Set<String> nicknames = new HashSet<>();
    }

    @Entity(name = "Purchase")
    @Table(name = "purchase")
    static class Purchase {
        @Id @GeneratedValue(strategy = GenerationType.SEQUENCE) long id;
        @ManyToOne(optional = false) Customer customer;
        @ManyToMany Set<Product> products = new HashSet<>();
        double total;
        boolean paid;
    }

    @Entity(name = "Product")
    @Table(name = "product")
    static class Product {
        @Id @GeneratedValue(strategy = GenerationType.UUID) UUID id;
        String title;
    }

    @Entity(name = "Product")
    @Table(name = "product")
    static class WiderProduct {
        @Id @GeneratedValue(strategy = GenerationType.UUID) UUID id;
        String title;
        @Column(unique = true) Integer number;
    }

    @Entity(name = "Product")
    @Table(name = "product")
    static class OtherProduct {
        @Id Integer id;
        String title;
    }

    private static SessionFactory open(Database database, String schema, Class<?>... entities) {
        Configuration configuration = new Configuration().setProperty("hibernate.connection.url", database.url())
                .setProperty("hibernate.connection.username", Database.USER).setProperty("hibernate.connection.password", "")
                .setProperty("hibernate.hbm2ddl.auto", schema).setProperty("hibernate.connection.pool_size", "5")
                .setProperty("hibernate.jdbc.batch_size", "20").setProperty("hibernate.timezone.default_storage", "NORMALIZE")
                .setProperty("hibernate.type.json_format_mapper", PlainJson.class.getName());
        for (Class<?> entity : entities) configuration.addAnnotatedClass(entity);
        return configuration.buildSessionFactory();
    }

    /** Maps of strings as JSON, so that the test needs no JSON library. */
    public static final class PlainJson implements org.hibernate.type.format.FormatMapper {
        @Override
        @SuppressWarnings("unchecked")
        public <T> T fromString(CharSequence text, org.hibernate.type.descriptor.java.JavaType<T> type, org.hibernate.type.descriptor.WrapperOptions options) {
            Map<String, String> map = new java.util.TreeMap<>();
            java.util.regex.Matcher pair = java.util.regex.Pattern.compile("\"([^\"]*)\"\\s*:\\s*\"([^\"]*)\"").matcher(text);
            while (pair.find()) map.put(pair.group(1), pair.group(2));
            return (T) map;
        }

        @Override
        public <T> String toString(T value, org.hibernate.type.descriptor.java.JavaType<T> type, org.hibernate.type.descriptor.WrapperOptions options) {
            StringBuilder text = new StringBuilder("{");
            ((Map<?, ?>) value).forEach((key, each) -> text.append(text.length() == 1 ? "" : ",").append('"').append(key).append("\":\"").append(each).append('"'));
            return text.append('}').toString();
        }
    }

    private static long customer(SessionFactory factory) {
        return factory.fromTransaction(session -> {
            Customer customer = new Customer();
            customer.name = "Ann";
            customer.born = LocalDate.of(2000, 2, 29);
            customer.kind = Kind.LARGE;
            customer.native_kind = Kind.SMALL;
            customer.token = new UUID(1, 2);
            customer.seen = Instant.parse("2024-05-06T07:08:09.123456Z");
            customer.pause = Duration.ofMillis(1500);
            customer.credit = new BigDecimal("12.5");
            customer.extra = new java.util.TreeMap<>(Map.of("a", "1", "b", "2"));
            customer.numbers = new int[] {3, 1};
            customer.labels = List.of("x", "y,z");
            customer.bytes = new byte[] {1, 0, -1};
            customer.story = "s".repeat(50_000);
            customer.address = new Address();
            customer.address.city = "Bern";
            customer.nicknames.addAll(Set.of("n1", "n2"));
            for (int i = 0; i < 25; i++) {
                Purchase purchase = new Purchase();
                purchase.customer = customer;
                purchase.total = i * 1.5;
                Product product = new Product();
                product.title = "p" + i;
                session.persist(product);
                purchase.products.add(product);
                customer.purchases.add(purchase);
            }
            session.persist(customer);
            session.flush();
            return customer.id;
        });
    }

    private static void describe(Database database, Transcript out) throws Exception {
        database.query(out, "select table_name, column_name, data_type, character_maximum_length, numeric_precision, is_nullable, column_default, is_identity, udt_name "
                + "from information_schema.columns where table_schema = 'public' order by 1, 2");
        database.query(out, "select conrelid::regclass, contype, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2, 3");
        database.query(out, "select indexdef from pg_indexes where schemaname = 'public' and indexname !~ '^(uk|idx)' order by 1");
        database.query(out, "select sequencename, start_value, increment_by from pg_sequences order by 1");
    }

    @Test
    void schemasAreMadeCheckedAndBroughtUpToDate(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            open(database, "create", Customer.class, Purchase.class, Product.class).close();
            describe(database, out);
            open(database, "validate", Customer.class, Purchase.class, Product.class).close();
            open(database, "update", WiderProduct.class).close();
            open(database, "update", WiderProduct.class).close();
            describe(database, out);
            open(database, "validate", WiderProduct.class).close();
            assertThatThrownBy(() -> open(database, "validate", OtherProduct.class)).hasStackTraceContaining("wrong column type encountered in column [id] in table [product]");
            open(database, "create-drop", Customer.class, Purchase.class, Product.class).close();
            database.query(out, "select relname from pg_class where relnamespace = 'public'::regnamespace");
            database.query(out, "select typname from pg_type where typnamespace = 'public'::regnamespace");
        });
    }

    @Test
    void rowsComeBackAsTheyWent(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            try (SessionFactory factory = open(database, "create", Customer.class, Purchase.class, Product.class)) {
                long id = customer(factory);
                factory.inTransaction(session -> {
                    Customer customer = session.find(Customer.class, id);
                    out.line(customer.version + " " + customer.name + " " + customer.born + " " + customer.kind + " " + customer.native_kind + " " + customer.token
                            + " " + customer.seen + " " + customer.pause + " " + customer.credit + " " + customer.extra + " " + List.of(customer.numbers[0], customer.numbers[1])
                            + " " + customer.labels + " " + customer.bytes.length + " " + customer.story.length() + " " + customer.address.city + " "
                            + customer.purchases.size() + " " + new java.util.TreeSet<>(customer.nicknames));
                    customer.name = "Bea";
                    customer.purchases.removeIf(purchase -> purchase.total > 15);
                    customer.nicknames.remove("n1");
                    customer.extra.put("c", "3");
                });
                factory.inTransaction(session -> {
                    list(session, out, "select c.version, c.name, size(c.purchases), c.address.city from Customer c");
                    list(session, out, "select p.total, count(q), max(q.title) from Purchase p join p.products q where p.total between 3 and 9 group by p.total order by p.total desc");
                    list(session, out, "select q.title from Product q where not exists (select 1 from Purchase p where q member of p.products) order by q.title limit 3");
                    list(session, out, "select extract(year from c.born), c.born + 1 day, cast(c.credit as string), coalesce(c.address.street, 'none'), upper(c.name) || '!' from Customer c");
                    list(session, out, "select t.rank, t.total from (select p.total as total, rank() over (order by p.total desc) as rank from Purchase p) t where t.rank <= 2 order by 1");
                    list(session, out, "with big as (select p.id as id, p.total as total from Purchase p where p.total > 10) select sum(b.total), listagg(cast(b.total as string), ',') within group (order by b.total) from big b");
                    list(session, out, "select c.name from Customer c where c.labels is not null and array_contains(c.labels, 'x') and c.name ilike 'b%'");
                    list(session, out, "from Purchase p where p.total in (1.5, 3.0) order by p.total fetch first 1 rows only", Purchase.class);
                    out.line(session.createMutationQuery("update Purchase p set p.paid = true where p.total > 3 and p.customer.name = 'Bea'").executeUpdate());
                    out.line(session.createMutationQuery("delete from Product q where q.title like 'p2_'").executeUpdate() > 0);
                    out.line(session.createMutationQuery("insert into Product (id, title) values (:id, 'new') on conflict (id) do update set title = 'other'")
                            .setParameter("id", new UUID(9, 9)).executeUpdate());
                    try (var scroll = session.createQuery("select q.title from Product q order by q.title", String.class).setFetchSize(3).scroll()) {
                        int count = 0;
                        while (scroll.next()) count++;
                        out.line(count);
                    }
                });
            }
        });
    }

    private static void list(Session session, Transcript out, String hql) {
        list(session, out, hql, Object.class);
    }

    private static void list(Session session, Transcript out, String hql, Class<?> type) {
        for (Object row : session.createQuery(hql, type).list()) {
            out.line(row instanceof Object[] columns ? java.util.Arrays.toString(columns) : row instanceof Purchase purchase ? "purchase " + purchase.total : row);
        }
    }

    @Test
    void locksAreTaken(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            try (SessionFactory factory = open(database, "create", Customer.class, Purchase.class, Product.class)) {
                long id = customer(factory);
                for (LockModeType mode : List.of(LockModeType.PESSIMISTIC_WRITE, LockModeType.PESSIMISTIC_READ, LockModeType.PESSIMISTIC_FORCE_INCREMENT)) {
                    factory.inTransaction(session -> {
                        session.find(Customer.class, id, mode);
                        factory.inTransaction(other -> {
                            try {
                                other.find(Customer.class, id, LockModeType.PESSIMISTIC_WRITE, Map.of("jakarta.persistence.lock.timeout", 0));
                                out.line(mode + ": no lock");
                            } catch (LockTimeoutException | PessimisticLockException e) {
                                out.line(mode + ": " + e.getClass().getSimpleName());
                            }
                        });
                        factory.inTransaction(other -> out.line(other.createQuery("from Customer c", Customer.class)
                                .setLockMode(LockModeType.PESSIMISTIC_WRITE).setHint("jakarta.persistence.lock.timeout", -2).list().size()));
                    });
                }
                assertThatThrownBy(() -> factory.inTransaction(session -> {
                    session.find(Customer.class, id).name = "mine";
                    factory.inTransaction(other -> other.find(Customer.class, id).name = "theirs");
                })).isInstanceOfAny(OptimisticLockException.class, RollbackException.class);
                assertThat(factory.<String>fromTransaction(session -> session.find(Customer.class, id).name)).isEqualTo("theirs");
            }
        });
    }
}
