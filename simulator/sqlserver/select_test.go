package sqlserver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/world"
)

func TestSelect(t *testing.T) {
	tw := start(t, world.Options{}, state())
	_, err := tw.Exec("USE SharePoint_Config") // only this connection of the pool
	require.NoError(t, err)
	later := installed.Add(time.Minute)
	for _, c := range []struct {
		query string
		args  []any
		want  [][]any
	}{
		{"select Version from SharePoint_Config.dbo.versions", nil, [][]any{{"12.0.0.6219"}, {"12.0.0.6219"}}},
		{"SELECT VersionId, TimeStamp, FinalizeTimeStamp, Mode FROM SharePoint_Config.dbo.Versions", nil, [][]any{{core, installed, installed, int64(0)}, {other, later, nil, int64(0)}}},
		{"SELECT v.Id FROM SharePoint_Config.dbo.Versions AS v WHERE v.VersionId = @p1", []any{other}, [][]any{{int64(2)}}},
		{"SELECT TOP 1 Id FROM SharePoint_Config..Versions ORDER BY TimeStamp DESC", nil, [][]any{{int64(2)}}},
		{"SELECT TOP (1) * FROM PWA_Draft.dbo.Versions WITH (NOLOCK)", nil, [][]any{{core, "12.0.6219.1000", int64(1), setup, installed, ""}}},
		{"SELECT COUNT(*), MAX(Version), MIN(Id), SUM(Id) FROM SharePoint_Config.dbo.Versions WHERE FinalizeTimeStamp IS NULL", nil, [][]any{{int64(1), "12.0.0.6219", int64(2), int64(2)}}},
		{"SELECT COUNT(*) FROM SharePoint_Config.dbo.Versions WHERE Id > 100", nil, [][]any{{int64(0)}}},
		{"SELECT Version, COUNT(*) AS n FROM SharePoint_Config.dbo.Versions GROUP BY Version", nil, [][]any{{"12.0.0.6219", int64(2)}}},
		{"SELECT name, recovery_model_desc FROM sys.databases WHERE database_id > 4 AND state = 0 ORDER BY name", nil,
			[][]any{{"Odd]Name", "FULL"}, {"PWA_Draft", "SIMPLE"}, {"SharePoint_Config", "FULL"}}},
		{"SELECT d.name, f.size / 128 AS mb FROM sys.databases d JOIN sys.master_files f ON f.database_id = d.database_id WHERE d.name LIKE N'PWA[_]%' AND f.type = 0", nil, [][]any{{"PWA_Draft", int64(800)}}},
		{"SELECT d.name FROM sys.databases d LEFT JOIN msdb.dbo.backupset b ON b.database_name = d.name WHERE b.database_name IS NULL AND d.name NOT IN ('master','tempdb','model','msdb') AND NOT d.name = 'Broken' ORDER BY 1 DESC", nil,
			[][]any{{"SharePoint_Config"}, {"PWA_Draft"}, {"Odd]Name"}}},
		{"SELECT GRP_QUEUE_STATE, CREATED_DATE, [PERCENT], DONE FROM PWA_Draft.dbo.MSP_QUEUE_PROJECT_GROUP_FULL_VIEW WHERE GRP_QUEUE_STATE IN (1, 2, 3)", nil, [][]any{{int64(1), installed, 12.5, true}}},
		{"SELECT TABLE_NAME FROM PWA_Draft.INFORMATION_SCHEMA.TABLES", nil, [][]any{{"Versions"}, {"MSP_QUEUE_PROJECT_GROUP_FULL_VIEW"}}},
		{"SELECT COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH FROM PWA_Draft.INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME='Versions' AND ORDINAL_POSITION < 3", nil,
			[][]any{{"VersionId", "uniqueidentifier", nil}, {"Version", "nvarchar", int64(64)}}},
		{"SELECT @@SERVERNAME, SYSTEM_USER, SUSER_SNAME(), IS_SRVROLEMEMBER('sysadmin'), IS_SRVROLEMEMBER('sysadmin','reader'), IS_SRVROLEMEMBER('nonsense')", nil,
			[][]any{{"SQL01", setup, setup, int64(1), int64(0), nil}}},
		{"SELECT HAS_DBACCESS('PWA_Draft'), HAS_DBACCESS('Broken'), HAS_DBACCESS('nowhere'), DB_ID('msdb'), DB_NAME(1)", nil, [][]any{{int64(1), int64(0), nil, int64(4), "master"}}},
		{"SELECT SERVERPROPERTY('ProductVersion'), CAST(SERVERPROPERTY('ProductLevel') AS nvarchar(2)), CONVERT(int, SERVERPROPERTY('EngineEdition')), SERVERPROPERTY('x')", nil,
			[][]any{{"9.00.4060.00", "SP", int64(3), nil}}},
		{"SELECT 1 + 2 * 3, 'a' + 'b', -(7 % 4), ISNULL(NULL, 'x'), UPPER('größe'), LEN('ab '), CAST('7' AS bigint)", nil,
			[][]any{{int64(7), "ab", int64(-3), "x", "GRÖßE", int64(2), int64(7)}}},
		{"-- a comment\nSELECT /* and /* nested */ one */ 'it''s' AS [a column];", nil, [][]any{{"it's"}}},
		{"SELECT session_id, command FROM sys.dm_exec_requests WHERE session_id = @@SPID AND command = 'select'", nil, nil},
	} {
		_, got := rows(t, tw, c.query, c.args...)
		if c.want == nil {
			require.Len(t, got, 1, c.query)
			continue
		}
		for _, r := range got {
			for i, v := range r {
				if at, ok := v.(time.Time); ok {
					r[i] = at.UTC()
				}
			}
		}
		require.Equal(t, c.want, got, c.query)
	}
}

func TestHeadingsAndBanner(t *testing.T) {
	tw := start(t, world.Options{}, state())
	columns, got := rows(t, tw, "SELECT v.Version, v.*, Id AS [row], @@VERSION banner, 1 FROM PWA_Draft.dbo.Versions v")
	require.Equal(t, []string{"Version", "VersionId", "Version", "Id", "UserName", "TimeStamp", "Notes", "row", "banner", ""}, columns)
	require.Contains(t, got[0][8], "Microsoft SQL Server 2005 - 9.00.4060.00 (X64) \n\tMar 17 2011")

	s := state()
	s.ProductVersion = "10.0.5500.0"
	_, got = rows(t, start(t, world.Options{}, s), "SELECT @@VERSION, SERVERPROPERTY('ProductLevel')")
	require.Contains(t, got[0][0], "Microsoft SQL Server 2008 (SP3) - 10.0.5500.0 (X64)")
	require.Equal(t, "SP3", got[0][1])
}

func TestSelectErrors(t *testing.T) {
	tw := start(t, world.Options{}, state())
	for query, want := range map[string]int32{
		"SELECT * FROM nosuch":                                     208,
		"SELECT * FROM nowhere.dbo.Versions":                       208,
		"SELECT * FROM [Odd]]Name].dbo.Versions":                   208,
		"SELECT * FROM sys.nosuch":                                 208,
		"SELECT Nonsense FROM PWA_Draft.dbo.Versions":              207,
		"SELECT ModeStack FROM PWA_Draft.dbo.Versions":             207,
		"SELECT Id FROM PWA_Draft.dbo.Versions WHERE Nonsense = 1": 207,
		"SELECT x.Id FROM PWA_Draft.dbo.Versions v":                4104,
		"SELECT database_id FROM sys.databases d JOIN sys.master_files f ON d.database_id = f.database_id": 209,
		"SELECT Version, COUNT(*) FROM PWA_Draft.dbo.Versions":                                             8120,
		"SELECT @missing":            137,
		"SELECT NOSUCH(1)":           195,
		"SELECT LEN()":               174,
		"SELECT 1/0":                 8134,
		"SELECT CAST('x' AS int)":    245,
		"SELECT CAST(1 AS geometry)": 243,
		"SELECT FROM":                102,
		"SELECT 1 1":                 102,
		"SELECT 'open":               105,
		"SELECT 1 /* open":           113,
		"DROP DATABASE PWA_Draft":    102,
		"UPDATE PWA_Draft.dbo.Versions SET Version = 1": 102,
		"SELECT " + strings.Repeat("(", 5000) + "1":     191,
		"USE nowhere":                    911,
		"USE Broken":                     942,
		"EXEC nosuch 1":                  2812,
		"SELECT 1 WHERE 'a' = 1":         245,
		"SELECT 1; SELECT 2 FROM nosuch": 208,
		"SELECT * FROM PWA_Draft.dbo.Versions WHERE ; PRINT 'x'": 102,
	} {
		r, err := tw.Query(query)
		if err == nil {
			for more := true; more; more = r.NextResultSet() {
				for r.Next() {
				}
			}
			err = r.Err()
			r.Close()
		}
		require.Error(t, err, query)
		require.Equal(t, []int32{want}, numbers(t, err), query)
	}
}

func TestAccessIsPerDatabase(t *testing.T) {
	reader := start(t, world.Options{}, state()).connect(t, "reader", "")
	_, got := rows(t, reader, "SELECT COUNT(*) FROM PWA_Draft.dbo.Versions")
	require.Equal(t, [][]any{{int64(1)}}, got)
	_, err := reader.Exec("SELECT COUNT(*) FROM SharePoint_Config.dbo.Versions")
	require.Equal(t, []int32{916}, numbers(t, err))
}

func TestCurrentDatabaseDecidesWhatVersionsMeans(t *testing.T) {
	tw := start(t, world.Options{}, state())
	_, got := rows(t, tw.connect(t, setup, "pwa_draft"), "select * from versions")
	require.Len(t, got, 1)
	conn, err := tw.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	r, err := conn.QueryContext(t.Context(), "SET NOCOUNT ON; USE [SharePoint_Config]; SELECT COUNT(*) FROM Versions; USE master; SELECT DB_NAME()")
	require.NoError(t, err)
	defer r.Close()
	var seen []string
	for more := true; more; more = r.NextResultSet() {
		for r.Next() {
			var s string
			require.NoError(t, r.Scan(&s))
			seen = append(seen, s)
		}
	}
	require.NoError(t, r.Err())
	require.Equal(t, []string{"2", "master"}, seen)
}
