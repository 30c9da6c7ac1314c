package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.RoleSpec;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import org.jspecify.annotations.Nullable;

/** Roles as statements name them. */
final class RoleNames {
    private RoleNames() {}

    static RoleDef require(RoleSpec spec, Scope scope) {
        String name = switch (spec.kind()) {
            case NAME -> java.util.Objects.requireNonNull(spec.name());
            case CURRENT_ROLE, CURRENT_USER -> scope.context().session().currentUser();
            case SESSION_USER -> scope.context().session().sessionUser();
            case PUBLIC -> "public";
        };
        RoleDef role = find(name, scope);
        if (role == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "role \"" + name + "\" does not exist");
        return role;
    }

    static @Nullable RoleDef find(String name, Scope scope) {
        for (RoleDef role : scope.context().catalog().all(RoleDef.class)) {
            if (role.name().equals(name)) return role;
        }
        return null;
    }
}
