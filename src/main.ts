#!/usr/bin/env node
process.stderr.write('tidegate: commands follow\n');
