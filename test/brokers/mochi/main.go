// Runs mochi-mqtt at the address that is given until the process is ended.
package main

import (
	"log"
	"os"
	"os/signal"
	"syscall"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
	"github.com/mochi-mqtt/server/v2/listeners"
)

func main() {
	capabilities := mqtt.NewDefaultServerCapabilities()
	// More than a client may be away for.
	capabilities.MaximumInflight = 60000
	capabilities.MaximumClientWritesPending = 60000
	capabilities.ReceiveMaximum = 60000
	server := mqtt.New(&mqtt.Options{Capabilities: capabilities})
	if err := server.AddHook(new(auth.AllowHook), nil); err != nil {
		log.Fatal(err)
	}
	if err := server.AddListener(listeners.NewTCP(listeners.Config{ID: "tcp", Address: os.Args[1]})); err != nil {
		log.Fatal(err)
	}
	go func() {
		if err := server.Serve(); err != nil {
			log.Fatal(err)
		}
	}()
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, syscall.SIGINT)
	<-ended
	server.Close()
}
