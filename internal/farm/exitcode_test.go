package farm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestPackageExit is the table of domain.md B.1, read by a second pair of eyes.
func TestPackageExit(t *testing.T) {
	want := map[farm.ExitClass][]int{
		farm.ExitSuccess:      {0},
		farm.ExitReboot:       {17022, 3010},
		farm.ExitRebooting:    {1641},
		farm.ExitBenign:       {17025, 17028},
		farm.ExitPrerequisite: {17031, 17034},
		farm.ExitWrongPackage: {17027},
		farm.ExitCorrupt:      {17030},
		farm.ExitEnvironment:  {17021, 17024, 17303},
		farm.ExitRetryable:    {1618},
		farm.ExitFailure:      {17023, 17026, 17029, 17301, 17302, 17038, 17044, 1603},
	}
	total := 0
	for class, codes := range want {
		for _, code := range codes {
			got := farm.PackageExit(code)
			require.Equal(t, class, got.Class, code)
			require.Equal(t, code, got.Code)
			require.NotEmpty(t, got.Meaning, code)
			if code != 0 {
				require.NotEmpty(t, got.Advice, code)
			}
		}
		total += len(codes)
		done := class == farm.ExitSuccess || class == farm.ExitReboot || class == farm.ExitRebooting
		require.Equal(t, done, class.Succeeded(), class)
	}
	require.Len(t, farm.PackageExits(), total, "every row is in this test")
}

// TestUnknownExit: nobody may guess that an unknown number means success.
func TestUnknownExit(t *testing.T) {
	for _, code := range []int{1, -1, 2, 259, 17000, 17099, -2147467259} {
		got := farm.PackageExit(code)
		require.Equal(t, farm.ExitFailure, got.Class, code)
		require.Equal(t, code, got.Code)
		require.False(t, got.Class.Succeeded())
	}
}

// TestPackageExitsIsACopy: a caller cannot change the table.
func TestPackageExitsIsACopy(t *testing.T) {
	farm.PackageExits()[0].Class = farm.ExitFailure
	require.Equal(t, farm.ExitSuccess, farm.PackageExit(0).Class)
}
