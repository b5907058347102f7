package sqlserver

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/simulator/tds"
	"farmhand/simulator/world"
)

// FuzzBatch reads and evaluates anything a client may send: the answer is a result or an error of SQL Server, never a panic.
func FuzzBatch(f *testing.F) {
	for _, s := range []string{
		"select * from versions",
		"SET NOCOUNT ON; USE [PWA]]Draft]; SELECT TOP (2) v.Id AS n, COUNT(*) FROM PWA.dbo.Versions v GROUP BY v.Id ORDER BY n DESC",
		"SELECT d.name FROM sys.databases d LEFT JOIN msdb..backupset b ON b.database_name = d.name WHERE b.type IS NULL AND d.name LIKE N'%[a-z]_'",
		"BACKUP DATABASE [x] TO DISK = N'E:\\x.bak' WITH INIT, STATS = 5, NAME = 'n'",
		"RESTORE VERIFYONLY FROM DISK = @p WITH FILE = 2",
		"EXEC master.dbo.xp_fileexist N'E:\\x' -- comment", "xp_fixeddrives", "PRINT 'a' + CAST(1 AS nvarchar(3))",
		"SELECT SUM(-1 * 2 % 3 / 4), MAX(Version) FROM PWA.dbo.Versions WHERE NOT Id IN (1, 'x', NULL) OR Version > '12'",
	} {
		f.Add(s)
	}
	w, _, err := world.Open(world.Options{})
	require.NoError(f, err)
	require.NoError(f, w.Update(func(tx *world.Tx) error {
		Seed(tx, "SQL01", State{ProductVersion: "9.00.4060.00", Databases: []Database{{Name: "PWA", Versions: []VersionRow{{Version: "12.0"}, {}}}}})
		return nil
	}))
	i := New("SQL01", w, nil)
	r := &run{instance: i, session: &tds.Session{Database: "PWA"}, login: Login{ServerRoles: []string{"sysadmin"}}, params: map[string]any{"@p": "x"}}
	f.Fuzz(func(t *testing.T, batch string) {
		statements, err := parseBatch(batch)
		requireSQLError(t, err)
		for _, s := range statements {
			if x, ok := s.(selectStatement); ok && len(x.from) < 4 {
				requireSQLError(t, r.query(func(q *query) error {
					result, err := q.selectStatement(x)
					for _, row := range result.rows {
						require.Len(t, row, len(result.columns))
					}
					return err
				}))
			}
		}
	})
}

func requireSQLError(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var e *tds.Error
	require.ErrorAs(t, err, &e)
	require.NotZero(t, e.Number)
}

func TestLikeAgreesWithRegularExpressions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("abAB_%")), 0, 12, -1).Draw(t, "text")
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "B", "%", "_", "[ab]", "[^a]", "[_]", "[a-b]"}), 0, 8).Draw(t, "pattern")
		expression := "(?is)^"
		for _, p := range parts {
			switch p {
			case "%":
				expression += ".*"
			case "_":
				expression += "."
			default:
				expression += p
			}
		}
		require.Equal(t, regexp.MustCompile(expression+"$").MatchString(text), like(text, strings.Join(parts, "")))
	})
}

func TestNamesSurviveBrackets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringN(1, 40, -1).Draw(t, "name")
		statements, err := parseBatch("USE [" + strings.ReplaceAll(name, "]", "]]") + "]")
		require.NoError(t, err)
		require.Equal(t, []statement{useStatement{database: name, line: 1}}, statements)

		statements, err = parseBatch("PRINT N'" + strings.ReplaceAll(name, "'", "''") + "'")
		require.NoError(t, err)
		require.Equal(t, []statement{printStatement{literal{name}}}, statements)
	})
}

func TestComparisonIsThreeValued(t *testing.T) {
	q := &query{}
	for text, want := range map[string]any{
		"NULL = NULL": nil, "NOT (NULL = 1)": nil, "1 = 1 OR NULL = 1": true, "1 = 2 AND NULL = 1": false, "1 = 1 AND NULL = 1": nil,
		"NULL IS NULL": true, "1 IN (2, NULL)": nil, "1 IN (1, NULL)": true, "1 NOT IN (2, 3)": true, "'A ' = 'a'": true,
		"'12.0.0.10000' < '12.0.0.6318'": true, "'10' > 9": true, "'2008-07-15' > '2008'": true,
	} {
		statements, err := parseBatch("SELECT 1 WHERE " + text)
		require.NoError(t, err, text)
		got, err := q.eval(statements[0].(selectStatement).where, row{})
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}
