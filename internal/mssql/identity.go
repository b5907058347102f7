package mssql

import (
	"context"
	"database/sql"
	"time"

	"farmhand/internal/farm"
)

// Identity is what a SQL Server says of itself and of the login.
type Identity struct {
	// Name as @@SERVERNAME; it keeps the old name after a computer was renamed.
	Name string `json:"name"`
	// ProductVersion such as 9.00.4060.00.
	ProductVersion string `json:"product_version"`
	// Version is ProductVersion as numbers.
	Version farm.Version `json:"version"`
	// Product is the year in the product's name: 2005, 2008, 2008 R2.
	Product string `json:"product"`
	// Level is RTM or the service pack, such as SP3.
	Level   string `json:"level"`
	Edition string `json:"edition"`
	// Login is the account the server knows the caller as.
	Login string `json:"login"`
	// Sysadmin reports whether the login has every right; the setup account of a farm is expected to.
	Sysadmin bool `json:"sysadmin"`
	// Clock is the server's time in UTC.
	Clock time.Time `json:"clock"`
	// Offset is the server's local time minus UTC, now. Times in msdb are local.
	Offset time.Duration `json:"offset"`
}

const identifyStatement = `SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) AS product_version, ` +
	`CAST(SERVERPROPERTY('ProductLevel') AS nvarchar(128)) AS product_level, ` +
	`CAST(SERVERPROPERTY('Edition') AS nvarchar(128)) AS edition, ` +
	`@@SERVERNAME AS server_name, SUSER_SNAME() AS login_name, IS_SRVROLEMEMBER('sysadmin') AS is_sysadmin, ` +
	`GETDATE() AS local_clock, GETUTCDATE() AS utc_clock`

// Identify connects and asks who answers. A server older than SQL Server 2005 is an *Error of KindTooOld that names it.
func (s *Server) Identify(ctx context.Context) (Identity, error) {
	op := operation{span: "sql.identify", doing: "ask its version", harmless: true}
	var id Identity
	err := s.query(ctx, op, func(rows *sql.Rows) error {
		var version, level, edition, name, login sql.NullString
		var sysadmin sql.NullInt64
		var local, utc time.Time
		if err := rows.Scan(&version, &level, &edition, &name, &login, &sysadmin, &local, &utc); err != nil {
			return err
		}
		id = Identity{
			Name: name.String, ProductVersion: version.String, Level: level.String, Edition: edition.String,
			Login: login.String, Sysadmin: sysadmin.Int64 == 1, Clock: utc, Offset: clockOffset(local, utc),
		}
		v, err := farm.ParseVersion(version.String)
		if err != nil {
			return err
		}
		id.Version, id.Product = v, productName(v.Major, v.Minor)
		if v.Major < oldestMajor {
			return prelogin{major: byte(v.Major), minor: byte(v.Minor), build: uint16(v.Build)}.check(false)
		}
		return nil
	}, identifyStatement)
	return id, err
}

// clockOffset is local minus UTC, rounded to the minute: the two readings of one statement are some milliseconds apart.
func clockOffset(local, utc time.Time) time.Duration { return local.Sub(utc).Round(time.Minute) }
