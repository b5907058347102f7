package simulator

import (
	"fmt"
	"net"
	"strconv"

	"farmhand/internal/farm"
	"farmhand/simulator/sharepoint"
	"farmhand/simulator/sqlserver"
	"farmhand/simulator/world"
)

// sharedSQL is a SQL Server that a farm serves, for those of later farms that are at the same address.
type sharedSQL struct {
	name, farm string
	world      *world.World
}

// borrowSQL returns the SQL Servers that a farm serves itself. One at the address of an earlier farm's is that one: its
// databases, its disks and its journal are that farm's, and this farm's databases come on top.
func (s *Simulator) borrowSQL(t *twinFarm, f farm.Farm) (own []farm.SQLServer, err error) {
	for _, q := range sharepoint.WithMirrors(f) {
		address := net.JoinHostPort(q.Address, strconv.Itoa(q.Port))
		there, shared := s.shared[address]
		switch {
		case !shared:
			s.shared[address] = sharedSQL{q.Name, f.Name, t.world}
			own = append(own, q)
		case there.name != q.Name:
			return nil, fmt.Errorf("SQL Server %s is at the address of %s of farm %s: in a twin one SQL Server has one name", q.Name, there.name, there.farm)
		default:
			t.world = t.world.Borrow(sqlserver.Documents(q.Name), there.world)
			t.borrowed = append(t.borrowed, q)
		}
	}
	return own, nil
}
