// The same two reads on NestJS with Express and Node. Node runs no decorators, so they are applied by hand.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Controller, Get, Module, NotFoundException, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

const scene = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const scores = new Map([[scene.matchId, JSON.parse(scene.score)]]);
const markets = new Map([[scene.sport, JSON.parse(scene.markets)]]);

class SportsController {
  score(matchId) {
    return found(scores.get(matchId));
  }

  markets(sport) {
    return found(markets.get(sport));
  }
}

function found(document) {
  if (document === undefined) throw new NotFoundException();
  return document;
}

Controller('api')(SportsController);
for (const [method, path, parameter] of [
  ['score', 'scores/:matchId', 'matchId'],
  ['markets', 'markets/:sport', 'sport'],
]) {
  Get(path)(
    SportsController.prototype,
    method,
    Object.getOwnPropertyDescriptor(SportsController.prototype, method),
  );
  Param(parameter)(SportsController.prototype, method, 0);
}

class SportsModule {}
Module({ controllers: [SportsController] })(SportsModule);

const app = await NestFactory.create(SportsModule, { logger: ['error'] });
await app.listen(0, '127.0.0.1');
console.log(JSON.stringify({ port: app.getHttpServer().address().port }));
