package main

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	persistencespb "go.temporal.io/server/api/persistence/v1"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/persistence/serialization"
	"go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	"go.temporal.io/server/common/resolver"
	sqliteschema "go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"
)

// ensureNamespace creates the namespace, or brings an existing one up to what was asked for: its retention and the
// search attributes it lacks. It works on the database while no server runs, so nothing can be cached: the first
// worker that connects finds every attribute. Attributes it does not know stay.
func ensureNamespace(ctx context.Context, store *config.SQL, opts options) error {
	db, err := sql.NewSQLDB(sqlplugin.DbKindUnknown, store, resolver.NewNoopResolver(), log.NewNoopLogger(), metrics.NoopMetricsHandler)
	if err != nil {
		return openError(opts.db, err)
	}
	defer func() { _ = db.Close() }() // a reference only: the plugin keeps the one connection for the server
	rows, err := db.SelectFromNamespace(ctx, sqlplugin.NamespaceFilter{Name: &opts.namespace})
	switch {
	case errors.Is(err, stdsql.ErrNoRows):
		return createNamespace(store, opts)
	case err != nil:
		return openError(opts.db, err)
	}
	return updateNamespace(ctx, db, rows[0], opts)
}

// createNamespace adds the namespace to the database.
func createNamespace(store *config.SQL, opts options) error {
	namespace, err := sqliteschema.NewNamespaceConfig(clusterName, opts.namespace, false, nil)
	if err != nil {
		return fmt.Errorf("namespace %s: %w", opts.namespace, err)
	}
	if _, err := opts.applyTo(namespace.Detail); err != nil {
		return fmt.Errorf("namespace %s: %w", opts.namespace, err)
	}
	return sqliteschema.CreateNamespaces(store, namespace)
}

// updateNamespace rewrites the namespace's row when something in it differs from what was asked for.
func updateNamespace(ctx context.Context, db sqlplugin.DB, row sqlplugin.NamespaceRow, opts options) error {
	encoding, err := enumspb.EncodingTypeFromString(row.DataEncoding)
	if err != nil {
		return fmt.Errorf("namespace %s: %w", opts.namespace, err)
	}
	serializer := serialization.NewSerializer()
	detail, err := serializer.NamespaceDetailFromBlob(&commonpb.DataBlob{Data: row.Data, EncodingType: encoding})
	if err != nil {
		return fmt.Errorf("namespace %s: %w", opts.namespace, err)
	}
	changed, err := opts.applyTo(detail)
	if err != nil || !changed {
		return err
	}
	blob, err := serializer.NamespaceDetailToBlob(detail)
	if err != nil {
		return fmt.Errorf("namespace %s: %w", opts.namespace, err)
	}
	row.Data, row.DataEncoding = blob.GetData(), blob.GetEncodingType().String()
	if _, err := db.UpdateNamespace(ctx, &row); err != nil {
		return fmt.Errorf("namespace %s: %w", opts.namespace, err)
	}
	return nil
}

// applyTo writes the retention and the search attributes into a namespace. It reports whether it changed anything.
func (o options) applyTo(detail *persistencespb.NamespaceDetail) (changed bool, err error) {
	if detail.Config.CustomSearchAttributeAliases == nil {
		detail.Config.CustomSearchAttributeAliases = make(map[string]string)
	}
	changed, err = o.attributes.assignColumns(detail.Config.CustomSearchAttributeAliases)
	if err != nil {
		return false, err
	}
	if have := detail.Config.Retention.AsDuration(); have != o.retention {
		detail.Config.Retention = durationpb.New(o.retention.Truncate(time.Second))
		changed = true
	}
	return changed, nil
}
