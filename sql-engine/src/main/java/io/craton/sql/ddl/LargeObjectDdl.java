package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.sql.function.Memberships;
import io.craton.sql.largeobject.LargeObject;
import io.craton.sql.largeobject.LargeObjects;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectReference;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import java.util.ArrayList;
import java.util.List;

/** Owners and rights of large objects, for the statements that change them. One statement. */
final class LargeObjectDdl {
    private final Scope scope;
    private final LargeObjects objects;

    LargeObjectDdl(Scope scope) {
        this.scope = scope;
        this.objects = new LargeObjects(scope.context().transaction());
    }

    LargeObject require(ObjectReference reference) {
        String number = ((ObjectReference.OfLargeObject) reference).oid();
        int oid = (int) (long) (Long) TypeCodecs.fromText(PgTypes.OID, number, -1, scope.context().format());
        return objects.afterAll(() -> objects.require(oid));
    }

    /** 42501 unless the current user counts as the owner. */
    LargeObject requireOwned(ObjectReference reference) {
        LargeObject object = require(reference);
        if (Ownership.owns(object.owner(), scope)) return object;
        throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must be owner of large object " + object.number());
    }

    void put(LargeObject object) {
        objects.change(object);
    }

    void owner(ObjectReference reference, RoleDef owner) {
        LargeObject object = requireOwned(reference);
        if (object.owner() == owner.oid()) return;
        if (!scope.context().session().superuser() && !Memberships.of(scope.context()).rolesOf(scope.context().session().currentUserOid()).contains(owner.oid())) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must be member of role \"" + owner.name() + "\"");
        }
        reassign(object, owner);
    }

    void reassign(LargeObject object, RoleDef owner) {
        String acl = object.acl() == null ? null : Acl.parse(object.acl(), scope.context().catalog())
                .replaceRole(Acls.roleName(object.owner(), scope), owner.name()).text(scope.context().catalog());
        put(object.owned(owner.oid(), acl));
    }

    void drop(LargeObject object) {
        objects.drop(object.oid());
        Comments.drop(LargeObject.CLASS, object.oid(), scope.context());
    }

    List<LargeObject> all() {
        List<LargeObject> all = new ArrayList<>();
        objects.afterAll(() -> {
            objects.each(all::add);
            return null;
        });
        return all;
    }
}
