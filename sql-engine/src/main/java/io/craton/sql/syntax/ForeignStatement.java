package io.craton.sql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Foreign data wrappers, servers, user mappings; publications and subscriptions. */
public sealed interface ForeignStatement extends Statement {
    /** {@code functions}: options handler and validator, NameValue or null for NO. */
    record CreateForeignDataWrapper(String name, List<Option> functions, List<Option> options) implements ForeignStatement {}

    record AlterForeignDataWrapper(String name, List<Option> functions, List<Option> options) implements ForeignStatement {}

    record CreateServer(
            boolean ifNotExists, String name, @Nullable String type, @Nullable String version, String wrapper, List<Option> options)
            implements ForeignStatement {}

    record AlterServer(String name, boolean hasVersion, @Nullable String version, List<Option> options) implements ForeignStatement {}

    enum ImportLimit { ALL, LIMIT_TO, EXCEPT }

    record ImportForeignSchema(
            String remoteSchema, ImportLimit limit, List<FromItem.RelationItem> tables, String server, String localSchema, List<Option> options)
            implements ForeignStatement {}

    record CreateUserMapping(boolean ifNotExists, RoleSpec user, String server, List<Option> options) implements ForeignStatement {}

    record AlterUserMapping(RoleSpec user, String server, List<Option> options) implements ForeignStatement {}

    record DropUserMapping(boolean ifExists, RoleSpec user, String server) implements ForeignStatement {}

    enum PublishedKind { TABLE, SCHEMA, CURRENT_SCHEMA }

    record Published(
            PublishedKind kind, FromItem.@Nullable RelationItem table, @Nullable String schema, List<String> columns, @Nullable Expr where, int position) {}

    record CreatePublication(String name, boolean allTables, List<Published> objects, List<Option> options) implements ForeignStatement {}

    enum PublicationChange { SET_OPTIONS, ADD, SET, DROP }

    record AlterPublication(String name, PublicationChange change, List<Published> objects, List<Option> options) implements ForeignStatement {}

    record CreateSubscription(String name, String connection, List<String> publications, List<Option> options) implements ForeignStatement {}

    enum SubscriptionChange { OPTIONS, CONNECTION, REFRESH, ADD_PUBLICATION, DROP_PUBLICATION, SET_PUBLICATION, ENABLE, DISABLE, SKIP }

    record AlterSubscription(
            String name, SubscriptionChange change, @Nullable String connection, List<String> publications, List<Option> options)
            implements ForeignStatement {}

    record DropSubscription(boolean ifExists, String name, DropBehavior behavior) implements ForeignStatement {}
}
