package activities_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"

	_ "github.com/microsoft/go-mssqldb" // the driver sqlserver

	"farmhand/internal/farm"
)

// secretOf is the password in one of the test's variables.
func (w *twin) secretOf(variable string) string { return os.Getenv(variable) }

// runSQL runs a statement on a SQL Server as somebody else than farmhand does.
func runSQL(ctx context.Context, s farm.SQLServer, user, password, statement string) error {
	u := url.URL{
		Scheme: "sqlserver", User: url.UserPassword(user, password), Host: fmt.Sprintf("%s:%d", s.Address, s.Port),
		RawQuery: url.Values{"encrypt": {"false"}, "TrustServerCertificate": {"true"}, "disableretry": {"true"}}.Encode(),
	}
	db, err := sql.Open("sqlserver", u.String())
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}
