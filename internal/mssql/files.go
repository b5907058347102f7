package mssql

import (
	"context"
	"database/sql"
	"strings"
)

// FileExists reports whether a file is there, as the SQL Server's service account sees it.
func (s *Server) FileExists(ctx context.Context, path string) (bool, error) {
	file, _, err := s.exists(ctx, path)
	return file, err
}

// DirectoryExists reports whether a folder is there, as the SQL Server's service account sees it.
func (s *Server) DirectoryExists(ctx context.Context, path string) (bool, error) {
	_, directory, err := s.exists(ctx, path)
	return directory, err
}

func (s *Server) exists(ctx context.Context, path string) (file, directory bool, err error) {
	op := operation{span: "sql.file-exists", doing: "look for " + path}
	if len(path) > len(`E:\`) {
		path = strings.TrimRight(path, `\`)
	}
	literal, err := quotePath(path)
	if err != nil {
		return false, false, s.misuse(op, err)
	}
	err = s.query(ctx, op, func(rows *sql.Rows) error {
		var isFile, isDirectory, parent int64
		if err := rows.Scan(&isFile, &isDirectory, &parent); err != nil {
			return err
		}
		file, directory = isFile != 0, isDirectory != 0
		return nil
	}, "EXEC master.dbo.xp_fileexist "+literal)
	return file, directory, err
}

// FreeSpace returns the free megabytes of every local fixed drive of the SQL Server by its letter in upper case. Shares and
// mounted folders are not among them.
func (s *Server) FreeSpace(ctx context.Context) (map[string]int64, error) {
	op := operation{span: "sql.free-space", doing: "read the free space of its drives", harmless: true}
	free := map[string]int64{}
	err := s.query(ctx, op, func(rows *sql.Rows) error {
		var drive string
		var mb int64
		if err := rows.Scan(&drive, &mb); err != nil {
			return err
		}
		free[strings.ToUpper(strings.TrimSpace(drive))] = mb
		return nil
	}, "EXEC master.dbo.xp_fixeddrives")
	return free, err
}
