package io.craton.storage.engine;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.SystemTables;
import io.craton.storage.projection.TenantProjection;
import java.util.ArrayList;
import java.util.List;

/** Where a tenant's projection is, in JSON. */
final class ProjectionReport {
    private ProjectionReport() {}

    static String of(Tenant tenant, long applied) {
        TenantProjection projection = tenant.projection;
        Catalog catalog = projection.state().schema().catalog();
        long rows = 0;
        int stored = 0;
        StringBuilder list = new StringBuilder();
        List<TableDef> tables = new ArrayList<>(catalog.all(TableDef.class));
        for (TableDef table : SystemTables.CATALOG.all(TableDef.class)) if (projection.rowCount(table.storageId()) > 0) tables.add(table);
        for (TableDef table : tables) {
            if (table.storageId() == 0) continue;
            long count = projection.rowCount(table.storageId());
            rows += count;
            stored++;
            list.append(list.isEmpty() ? "" : ",").append("{\"name\":").append(quoted(table.name())).append(",\"rows\":").append(count).append('}');
        }
        String past = tenant.past.report();
        return "{\"number\":" + tenant.number + (past == null ? "" : ",\"rebuilt_past\":" + past) + ",\"node_applied_position\":" + applied + ",\"position\":" + projection.state().position() + ",\"durable_from_position\":"
                + tenant.group.meta.recoveryPosition() + ",\"bytes\":" + projection.estimatedBytes() + ",\"rows\":" + rows + ",\"tables\":" + stored + ",\"indexes\":"
                + catalog.all(IndexDef.class).size() + ",\"catalog_objects\":" + catalog.allObjects().size() + ",\"records\":[" + list + "]}";
    }

    private static String quoted(String name) {
        StringBuilder text = new StringBuilder("\"");
        for (char c : name.toCharArray()) {
            if (c == '"' || c == '\\') text.append('\\').append(c);
            else if (c < ' ') text.append(String.format("\\u%04x", (int) c));
            else text.append(c);
        }
        return text.append('"').toString();
    }
}
