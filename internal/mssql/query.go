package mssql

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	driver "github.com/microsoft/go-mssqldb"
)

// Field is one column of a row as text.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Null  bool   `json:"null,omitempty"`
}

// Query runs one statement that reads, for questions without a method of their own, and returns its rows as text. doing
// completes an error, such as "read the Project queue of PWA_Draft". Values belong in args (@p1, @p2, …); a database's name
// goes through QuoteName.
func (s *Server) Query(ctx context.Context, doing, statement string, args ...any) ([][]Field, error) {
	var all [][]Field
	err := s.query(ctx, operation{span: "sql.query", doing: doing}, func(rows *sql.Rows) error {
		var row []Field
		err := scanRow(rows, func(column, sqlType string, value any) {
			row = append(row, Field{Name: column, Value: fieldText(sqlType, value), Null: value == nil})
		})
		all = append(all, row)
		return err
	}, statement, args...)
	return all, err
}

// scanRow calls each for every column of the current row, whatever the columns are.
func scanRow(rows *sql.Rows, each func(column, sqlType string, value any)) error {
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	values := make([]any, len(types))
	targets := make([]any, len(types))
	for i := range values {
		targets[i] = &values[i]
	}
	if err := rows.Scan(targets...); err != nil {
		return err
	}
	for i, t := range types {
		each(t.Name(), t.DatabaseTypeName(), values[i])
	}
	return nil
}

// fieldText writes a value as the query window of Management Studio would.
func fieldText(sqlType string, value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case time.Time:
		return v.Format("2006-01-02 15:04:05.000")
	case bool:
		if v {
			return "1"
		}
		return "0"
	case []byte:
		switch strings.ToUpper(sqlType) {
		case "UNIQUEIDENTIFIER":
			var id driver.UniqueIdentifier
			if id.Scan(v) == nil {
				return id.String()
			}
		case "DECIMAL", "NUMERIC", "MONEY", "SMALLMONEY":
			return string(v)
		}
		return "0x" + hex.EncodeToString(v)
	}
	return fmt.Sprint(value)
}
