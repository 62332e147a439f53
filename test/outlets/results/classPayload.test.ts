import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ClassAnswer } from '../../../src/domain/forecast.ts';
import { OutputBytes } from '../../../src/domain/outputBytes.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { ClassPayload, classJson } from '../../../src/outlets/results/classPayload.ts';
import { ANSWER } from '../../support/anyForecast.ts';

it('says class, since when, how sure, and how good it has been', () => {
  expect(JSON.parse(classJson(toEpochMs(1000), ANSWER))).toEqual({
    ts: '1970-01-01T00:00:01.000Z',
    class: 'b',
    since: '1970-01-01T00:00:00.001Z',
    confidence: 0.75,
    probabilities: { a: 0.25, b: 0.75 },
    source: 'net',
    labels: 1,
    labelled: 0.5,
    accuracy: 1,
    macro_f1: 1,
    classes_seen: 1,
    calibration_error: 0.25,
  });
});

it('has null for what has not been measured', () => {
  const unmeasured = JSON.parse(classJson(toEpochMs(0), { ...ANSWER, scores: null }));
  expect([unmeasured.labels, unmeasured.accuracy, unmeasured.calibration_error]).toEqual([null, null, null]);
});

it('is JSON with all classes in their order, whatever their names, behind what is there already', () => {
  const names = fc.uniqueArray(
    fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constantFrom('1', '0', '__proto__', '"', '\\')),
    { minLength: 2, maxLength: 32 },
  );
  fc.assert(
    fc.property(names, (classes) => {
      const answer: ClassAnswer = {
        ...ANSWER,
        label: classes[1]!,
        classes,
        probabilities: classes.map((_, c) => c / 64),
      };
      const out = new OutputBytes(4);
      out.bytes.write('ab');
      out.length = 2;
      const payload = new ClassPayload();
      payload.set(toEpochMs(5), answer);
      payload.writeTo(out);
      const text = out.bytes.toString('utf8', 0, out.length);
      expect(text).toBe(`ab${classJson(toEpochMs(5), answer)}`);
      const read = JSON.parse(text.slice(2));
      expect([read.class, read.confidence]).toEqual([classes[1], Math.round(1e4 / 64) / 1e4]);
      expect(Object.keys(read.probabilities)).toHaveLength(classes.length);
      for (const [c, name] of classes.entries())
        expect(read.probabilities[name]).toBe(Math.round((c / 64) * 1e4) / 1e4);
    }),
  );
});
